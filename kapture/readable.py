"""What a command found, as lines for people: the same facts that `--json` prints. A leaf: imports nothing of ours."""

from collections.abc import Iterator, Mapping
from typing import Any


def readable(found: Any) -> str:
    """Names as words, a row a line, lists with commas; nothing at all is said to be nothing."""
    if isinstance(found, list):
        return "\n".join(_row(one) for one in found) or "Nothing there."
    return "\n".join(_lines(found))


def _lines(facts: Mapping[str, Any], deep: str = "") -> Iterator[str]:
    for name, value in facts.items():
        label = name.replace("_", " ")
        if isinstance(value, Mapping) and value:
            yield f"{deep}{label}:"
            yield from _lines(value, f"{deep}  ")
        else:
            yield f"{deep}{label}: {_word(value)}"


def _row(one: Any) -> str:
    told = {name.replace("_", " "): value for name, value in one.items() if value not in ("", None)}
    return ", ".join(f"{name} {_word(value)}" for name, value in told.items())


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_word, value)) or "none"
    if isinstance(value, Mapping):
        return _row(value) or "none"
    return "none" if value in (None, "") else str(value)
