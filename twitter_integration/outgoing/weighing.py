"""How much every stretch of a long text weighs, from one walk over it: for cutting it, where the same words would
else be weighed hundreds of times. Pure.

A stretch weighs the sum of its characters, as people see them, and 23 for each link. That is X's own measure but for
what only becomes a link, or is none any more, when it is cut off from its neighbours: whoever cuts there weighs the
part itself once more (text.length_of).
"""

from collections.abc import Sequence
from functools import lru_cache

from twitter_integration.text import length_of

LINK = 23
Spans = Sequence[tuple[int, int]]


class Scale:
    """Of one text, given its characters and links by where they begin and end."""

    def __init__(self, text: str, characters: Spans, links: Spans) -> None:
        self._upto = [0] * (len(text) + 1)  # what comes before a place
        self._solid = [0] * (len(text) + 1)  # the same, without the white space at its end
        total = solid = 0
        ends = dict(links)
        until = 0  # the end of the link we are in
        for start, end in characters:
            if start in ends:
                total, until = total + LINK, ends[start]
            elif start >= until:
                total += _weigh_one(text[start:end])
            solid = solid if text[start:end].isspace() else total
            self._upto[start + 1 : end + 1] = [total] * (end - start)
            self._solid[start + 1 : end + 1] = [solid] * (end - start)
        self._margin = self._upto[len(text) - len(text.lstrip())]  # white space before everything

    def weigh(self, start: int, end: int) -> int:
        """Of the stretch, without the white space around it; both are places where it may be cut, or its ends."""
        before = self._upto[start] if start else self._margin
        return max(self._solid[end] - before, 0)


@lru_cache(maxsize=8192)
def _weigh_one(character: str) -> int:
    return length_of(character)
