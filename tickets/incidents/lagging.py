"""Whether a ticket is resolved with its incident without a question. Pure: no queries, no clock."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tickets.choices import Lag

FAST = (Lag.AWAITS, Lag.ITEMS)  # nobody can choose these
SAID_SINCE = (Lag.WROTE, Lag.ELSEWHERE, Lag.OTHERS)  # these leave the incident's own ticket too


class Said(NamedTuple):
    """Of one ticket: when its customer wrote there last, and was told something last, by us or with everybody; when
    somebody else wrote there last."""

    ticket: int
    wrote_at: datetime | None
    told_at: datetime | None
    others_at: datetime | None = None


def why_lagging(said: Said, *, elsewhere: Said | None = None, awaits: bool = False, items: bool = False) -> Lag | None:
    """None: it is resolved. `elsewhere`: the ticket where its customer protested after what they were told here."""
    if awaits or items:
        return Lag.AWAITS if awaits else Lag.ITEMS
    if said.told_at is None and (said.wrote_at or said.others_at) is not None:
        return Lag.UNTOLD
    if _since(said.wrote_at, said.told_at):
        return Lag.WROTE
    if elsewhere is not None:
        return Lag.ELSEWHERE
    return Lag.OTHERS if _since(said.others_at, said.told_at) else None


def last_protest(said: Said, tickets: Iterable[Said]) -> Said | None:
    """Of the tickets of one customer, another one where they had the last word, later than what they were told here."""
    others = (one for one in tickets if one.ticket != said.ticket and (one.told_at or said.told_at) is not None)
    heard = [one for one in others if _since(one.wrote_at, one.told_at) and _since(one.wrote_at, said.told_at)]
    return max(heard, key=lambda one: (one.wrote_at, one.ticket), default=None)


def _since(wrote_at: datetime | None, told_at: datetime | None) -> bool:
    return wrote_at is not None and (told_at is None or wrote_at > told_at)
