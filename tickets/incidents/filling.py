"""A statement's words for one customer: what stands in braces is filled in. Pure."""

import re
from collections.abc import Iterable, Mapping

from tickets.phrases.braces import strange_in

PLACEHOLDERS = ("handle", "name", "number")
_BRACED = re.compile(r"[@＠](?=\{handle\})|[#＃](?=\{number\})|\{(\w*)\}")  # these bring their own @ and #


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder, as it is written there."""
    return strange_in(text, PLACEHOLDERS)


def fill(text: str, values: Mapping[str, str]) -> str:
    """`handle` with its @, or the name where there is none, and `number` with its #: once, also where that was typed
    before it."""
    return _BRACED.sub(lambda found: values.get(found[1], found[0]) if found[1] is not None else "", text)


def same_among(texts: Iterable[str]) -> set[str]:
    """Those that stand there more than once."""
    seen, twice = set[str](), set[str]()
    for text in texts:
        (twice if text in seen else seen).add(text)
    return twice
