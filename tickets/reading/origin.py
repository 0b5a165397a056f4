"""The list from which somebody opened a ticket, as the address of the ticket's page says it in one short word:
`all.q12.t5k2j9`. It asks for nothing itself: whoever finds by it asks as the list does, with the reader's rights.

`<view>[.q<queue>][.f<folder>][.n | .t<second>][~<search>]`: `n` is the order by number; `t` tells where the ticket
stood in an order by time, in seconds since 1970 to the base of 36, none for one without such a moment. So what comes
before and behind it stays what it was when the ticket itself has moved on. A lone `~` is a search that the page one
comes from tells.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from tickets.models import Ticket
from tickets.reading.listing import DONE, ListView

_SHAPE = re.compile(
    r"(?P<view>[a-z]*)(?:\.q(?P<queue>[0-9]{1,18}))?(?:\.f(?P<folder>[0-9]{1,18}))?"
    r"(?:(?P<newest>\.n)|\.t(?P<second>[0-9a-z]{0,7}))?(?P<searched>~(?P<line>.*))?",
    re.DOTALL,
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_OWN_ORDER = (*DONE, ListView.SNOOZED)


@dataclass(frozen=True, slots=True)
class Origin:
    """`second`: where the ticket stood, None where that is not told; "" among those without a moment."""

    view: str = ""
    queue: int | None = None
    folder: int | None = None
    newest: bool = False
    second: str | None = None
    line: str = ""
    searched: bool = False

    @classmethod
    def read(cls, told: str) -> Self | None:
        """None for what is none."""
        found = _SHAPE.fullmatch(told)
        if found is None or not (found["view"] in ListView.values or (found["searched"] and not found["view"])):
            return None
        newest = bool(found["newest"]) and found["view"] not in _OWN_ORDER and not found["searched"]
        queue, folder = (int(found[name]) if found[name] else None for name in ("queue", "folder"))
        line, searched = (found["line"] or "").strip(), bool(found["searched"])
        return cls(found["view"], queue, folder, newest, found["second"], line, searched)

    @property
    def whole(self) -> bool:
        """Whether it tells all there is to tell."""
        return (self.newest or self.second is not None) and bool(self.line or not self.searched)

    @property
    def by(self) -> str:
        """The moment that orders the list; none where numbers do."""
        if self.searched or self.view in DONE:
            return "last_message_at"
        if self.newest:
            return ""
        return "snoozed_until" if self.view == ListView.SNOOZED else "next_due_at"

    def at(self, ticket: Ticket) -> Self:
        """With the place of this ticket, as it is."""
        return self.at_moment(getattr(ticket, self.by) if self.by else None)

    def at_moment(self, moment: datetime | None) -> Self:
        return self if self.newest else replace(self, second=_written(moment))

    def moment(self, ticket: Ticket) -> datetime | None:
        """Where the ticket stood: to the microsecond as long as that is where it stands."""
        now: datetime | None = getattr(ticket, self.by) if self.by else None
        if self.second is None or self.second == _written(now):
            return now
        if self.second:
            return datetime.fromtimestamp(int(self.second, 36), UTC)
        return now if self.by == "last_message_at" else None  # which every ticket has

    def __str__(self) -> str:
        places = [f".{letter}{pk}" for letter, pk in (("q", self.queue), ("f", self.folder)) if pk is not None]
        order = ".n" if self.newest else "" if self.second is None else f".t{self.second}"
        return f"{self.view}{''.join(places)}{order}{f'~{self.line}' if self.searched else ''}"


def _written(moment: datetime | None) -> str:
    """Of a moment before 1970 as of one there."""
    if moment is None:
        return ""
    left, digits = max(0, int(moment.timestamp())), ""
    while left or not digits:
        left, digit = divmod(left, 36)
        digits = _DIGITS[digit] + digits
    return digits
