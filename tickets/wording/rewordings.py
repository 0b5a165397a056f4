"""What one version of a text changed of the version before, word by word. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# Chinese and Japanese put no spaces between words: there a sign is compared by itself.
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\s+|[^\s\u3040-\u30ff\u3400-\u9fff]+")
# Comparing takes the product of both lengths at worst: what is longer is shown whole, with nothing marked.
MOST_WORDS = 2000


class Stretch(NamedTuple):
    """Words that stayed (""), went ("del") or came ("ins")."""

    text: str
    mark: str = ""


def reworded(before: str, after: str) -> list[Stretch]:
    """The text `after` with what went and what came in their places."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not old or max(len(old), len(new)) > MOST_WORDS:
        return [Stretch(after)]
    return list(_stretches(old, new))


def _stretches(old: list[str], new: list[str]) -> Iterator[Stretch]:
    for what, start, stop, begins, ends in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Stretch("".join(new[begins:ends]))
            continue
        if went := "".join(old[start:stop]):
            yield Stretch(went, "del")
        if came := "".join(new[begins:ends]):
            yield Stretch(came, "ins")
