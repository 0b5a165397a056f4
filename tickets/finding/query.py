"""The one language in which tickets are looked for: `queue:billing is:open due:<2h "exact words" -word`.

Pure: reads a line into terms, or says what is wrong with it and where. What names mean, and which tickets fit, is found
elsewhere (meaning.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from tickets.choices import MessageKind, Priority, Status
from tickets.finding.spans import SPANS, is_span
from tickets.finding.words import phrase

LONGEST = 500
MOST_TERMS = 30
MOST_VALUES = 20
SHORTEST_BEGINNING = 2
NAME = "name"  # a value that the desk knows, or not

IS = (
    *("open", "mine", "unassigned", "assigned", "soon", "breached", "late", "snoozed", "unsent"),
    *("resolved", "closed", "ignored", "dm", "private", "public", "waiting", "merged"),
)
FIELDS: Mapping[str, Sequence[str]] = {
    "is": IS,
    "status": tuple(Status.values),
    "priority": tuple(Priority.values),
    "kind": tuple(MessageKind.values),
    "due": SPANS,
    "created": SPANS,
    "updated": SPANS,
    **dict.fromkeys(("queue", "folder", "account", "assignee", "from", "tag", "sla"), (NAME,)),
}
_QUOTES = {'"': '"', "“": "”", "„": "”"}
_CLOSING = '"”“'
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    start: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """`field` is empty for words, "#" for a number. `start` and `stop`: where it stands."""

    field: str
    values: tuple[Value, ...]
    start: int
    stop: int
    negated: bool = False
    prefix: bool = False

    @property
    def text(self) -> str:
        return self.values[0].text


class Problem(Exception):
    """What is wrong, where (characters from 0), and what may have been meant. `code`: see problems.py."""

    def __init__(self, code: str, start: int, stop: int, *, meant: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code, self.start, self.stop, self.meant, self.facts = code, start, stop, meant, facts


@dataclass(slots=True)
class _Reader:
    line: str
    at: int = 0
    terms: list[Term] = field(default_factory=list)

    def read(self) -> tuple[Term, ...]:
        while True:
            self._skip()
            if self.at >= len(self.line):
                if not self.terms and self.line.strip():
                    raise Problem("no_words", 0, len(self.line), told=self.line.strip())
                return tuple(self.terms)
            if len(self.terms) == MOST_TERMS:
                raise Problem("many", self.at, len(self.line), most=MOST_TERMS)
            term = self._term()
            if term is not None:
                self.terms.append(term)

    def _skip(self) -> None:
        while self.at < len(self.line) and self.line[self.at].isspace():
            self.at += 1

    def _term(self) -> Term | None:
        start = self.at
        negated = self.line[start] == "-" and not self._ends(start + 1)
        self.at += negated
        if self.line[self.at] in _QUOTES:
            value = self._quoted()
            return self._words(value, start, negated=negated)
        name, colon, _ = self.line[self.at :].partition(":")
        if colon and name.isascii() and name.isalpha() and not self.line.startswith("//", self.at + len(name) + 1):
            return self._field(name.lower(), start, negated=negated)
        value = Value(self._bare(""), start + negated)
        if not phrase(value.text):  # a dash between words, three dots
            return None
        if value.text.startswith("#") and value.text[1:].isascii() and value.text[1:].isdigit():
            return Term("#", (Value(value.text[1:], value.start),), start, self.at, negated)
        return self._words(value, start, negated=negated)

    def _words(self, value: Value, start: int, *, negated: bool) -> Term:
        text = value.text
        prefix = text.endswith("*") and not value.quoted
        if not phrase(text):
            raise Problem("no_words", start, self.at, told=text)
        if prefix and len(text.rstrip("*")) < SHORTEST_BEGINNING and text.isascii():
            raise Problem("short", start, self.at, least=SHORTEST_BEGINNING)
        return Term("", (value,), start, self.at, negated, prefix)

    def _field(self, name: str, start: int, *, negated: bool) -> Term:
        begins, self.at = self.at, self.at + len(name) + 1
        if self._ends(self.at) and name not in FIELDS:  # as people write: "Re: hello"
            return self._words(Value(self.line[begins : self.at - 1], begins), start, negated=negated)
        if name not in FIELDS:
            raise Problem("field", begins, self.at, meant=_near(name, FIELDS, end=":"), told=name)
        values = self._values(name)
        return Term(name, values, start, self.at, negated)

    def _values(self, name: str) -> tuple[Value, ...]:
        values: list[Value] = []
        while True:
            start = self.at
            if not self._ends(start) and self.line[start] in _QUOTES:
                value = self._quoted()
            else:
                value = Value(self._bare(","), start)
            if not value.text.strip():
                raise Problem("no_value", start - len(name) - 1 if not values else start, self.at, field=name)
            values.append(self._checked(name, value))
            if len(values) > MOST_VALUES:
                raise Problem("many_values", start, self.at, most=MOST_VALUES)
            if self._ends(self.at) or self.line[self.at] != ",":
                return tuple(values)
            self.at += 1

    def _checked(self, name: str, value: Value) -> Value:
        known = FIELDS[name]
        if known == (NAME,):
            return value
        text = value.text.lower()
        if known is SPANS:
            if not is_span(text, past=name != "due"):
                raise Problem("due" if name == "due" else "when", value.start, self.at, field=name, told=value.text)
        elif text not in known:
            facts = {"field": name, "told": value.text, "known": ", ".join(known)}
            raise Problem("value", value.start, self.at, meant=_near(text, known), **facts)
        return Value(text, value.start)

    def _bare(self, ends: str) -> str:
        start = self.at
        while not self._ends(self.at) and self.line[self.at] not in ends:
            self.at += 1
        return self.line[start : self.at]

    def _quoted(self) -> Value:
        start = self.at
        self.at += 1
        while self.at < len(self.line) and self.line[self.at] not in _CLOSING:
            self.at += 1
        if self.at >= len(self.line):
            raise Problem("unclosed", start, len(self.line))
        self.at += 1
        return Value(self.line[start + 1 : self.at - 1], start, quoted=True)

    def _ends(self, at: int) -> bool:
        return at >= len(self.line) or self.line[at].isspace()


def parse(line: str) -> tuple[Term, ...]:
    """Raises Problem."""
    if len(line) > LONGEST:
        raise Problem("long", LONGEST, len(line), most=LONGEST)
    return _Reader(_UNPRINTABLE.sub(" ", line)).read()


def without(line: str, term: Term) -> str:
    """The same line without one of its terms."""
    rest = f"{line[: term.start].rstrip()} {line[term.stop :].lstrip()}".strip()
    return rest if phrase(rest) else ""


def quote(value: str) -> str:
    """As a value has to be written in a line."""
    value = _UNPRINTABLE.sub(" ", value)
    plain = value and not any(sign.isspace() or sign in ',"“”„' for sign in value)
    return value if plain else '"' + value.translate(dict.fromkeys(map(ord, _CLOSING + "„"), " ")) + '"'


def _near(told: str, known: Sequence[str] | Mapping[str, object], *, end: str = "") -> str:
    return "".join(f"{found}{end}" for found in get_close_matches(told, list(known), n=1, cutoff=0.6))
