"""The words of the desk as a test reads them: what is marked in the sources, and what the German catalogue says. Needs
no gettext tools."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT, Module, modules, nodes

LOCALE = ROOT / "locale/de/LC_MESSAGES"
# By name, the places of context, sentence and plural among its arguments (Django's makemessages looks for the same).
MARKS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_STRING = r'"(?:[^"\\]|\\.)*"'
_FIELD = re.compile(rf"^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:{_STRING}\n?)+)", re.MULTILINE)
# As templates mark them: a tag, an argument of a tag or a filter, a block with values.
_LITERAL = r"""(?:"[^"]*"|'[^']*')"""
_TAG = re.compile(rf"\{{% translate (?P<words>{_LITERAL})(?: context (?P<context>{_LITERAL}))?[^%]*%\}}")
_ARGUMENT = re.compile(rf"(?<![\w])_\(({_LITERAL})\)")
_BLOCK = re.compile(r"\{% blocktranslate(?P<head>[^%]*)%\}(?P<words>.*?)\{% endblocktranslate %\}", re.DOTALL)
_CONTEXT = re.compile(rf"context ({_LITERAL})")
_VALUE = re.compile(r"\{\{ *(\w+) *\}\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the catalogue. `said`: its translations, one, or one for each plural."""

    context: str
    words: str
    plural: str
    said: tuple[str, ...]
    fuzzy: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.words


@cache
def entries() -> tuple[Entry, ...]:
    """All but the head."""
    blocks = (LOCALE / "django.po").read_text(encoding="utf-8").strip().split("\n\n")
    return tuple(_entry(block) for block in blocks[1:] if "msgid " in block and not block.startswith("#~"))


def _entry(block: str) -> Entry:
    told = {name: "".join(map(ast.literal_eval, text.split("\n")[:-1] or [text])) for name, text in _fields(block)}
    said = tuple(text for name, text in told.items() if name.startswith("msgstr"))
    flags = [line for line in block.splitlines() if line.startswith("#,")]
    fuzzy = any("fuzzy" in line for line in flags)
    return Entry(told.get("msgctxt", ""), told["msgid"], told.get("msgid_plural", ""), said, fuzzy)


def _fields(block: str) -> Iterator[tuple[str, str]]:
    for found in _FIELD.finditer(f"{block}\n"):
        yield found[1], found[2]


def compiled() -> dict[object, str]:
    """What the compiled catalogue says, as Python's gettext holds it."""
    with (LOCALE / "django.mo").open("rb") as file:
        held: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no other way in
    return {key: text for key, text in held.items() if key != ""}


def compiling() -> dict[object, str]:
    """What compiling the entries gives."""
    found: dict[object, str] = {}
    for one in entries():
        key = f"{one.context}\x04{one.words}" if one.context else one.words
        if one.plural:
            found |= {(key, number): text for number, text in enumerate(one.said)}
        else:
            found[key] = one.said[0]
    return found


@cache
def marked() -> dict[tuple[str, str], str]:
    """Every sentence that is marked, by context and words, and where one of them stands."""
    found: dict[tuple[str, str], str] = {}
    for module in (one for package in PACKAGES for one in modules(package)):
        if not module.name.startswith("twitter_integration.sandbox"):
            found |= dict.fromkeys(_in_code(module), module.name)
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            found |= dict.fromkeys(_in_template(path), path.relative_to(ROOT).as_posix())
    return found


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call that marks a sentence, by the name of the mark."""
    for node in nodes(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield node.func.id, node


def _in_code(module: Module) -> Iterator[tuple[str, str]]:
    for name, call in calls(module):
        context, words, _plural = MARKS[name]
        told = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
        if len(told) > words and isinstance(told[words], str):
            yield str(told[context]) if context is not None else "", str(told[words])


def _in_template(path: Path) -> Iterator[tuple[str, str]]:
    source = path.read_text(encoding="utf-8")
    for found in _TAG.finditer(source):
        yield _word(found["context"]), _word(found["words"]).replace("%", "%%")
    for found in _ARGUMENT.finditer(source):
        yield "", _word(found[1]).replace("%", "%%")
    for found in _BLOCK.finditer(source):
        words = found["words"].split("{% plural %}")[0]
        words = _VALUE.sub(r"%(\1)s", words.replace("%", "%%"))
        context = _CONTEXT.search(found["head"])
        trimmed = " ".join(line.strip() for line in words.strip().splitlines())
        yield _word(context[1]) if context else "", trimmed if "trimmed" in found["head"] else words


def _word(literal: str | None) -> str:
    return literal[1:-1] if literal else ""
