"""Whether a part is resolved with its incident without a question. Pure: no queries, no clock."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tickets.choices import Lag

FAST = (Lag.AWAITS, Lag.ITEMS)  # nobody can choose these


class Said(NamedTuple):
    """Of one ticket: what its customer wrote there last, and the latest that they were told, by us or with
    everybody."""

    ticket: int
    wrote_at: datetime | None
    told_at: datetime | None


def why_lagging(said: Said, *, elsewhere: Said | None = None, awaits: bool = False, items: bool = False) -> Lag | None:
    """None: it is resolved. `elsewhere`: the ticket where its customer protested after what they were told here."""
    if awaits or items:
        return Lag.AWAITS if awaits else Lag.ITEMS
    if said.wrote_at is not None and said.told_at is None:
        return Lag.UNTOLD
    if _since(said.wrote_at, said.told_at):
        return Lag.WROTE
    return Lag.ELSEWHERE if elsewhere is not None else None


def last_protest(said: Said, tickets: Iterable[Said]) -> Said | None:
    """Of the tickets of one customer, another one where they had the last word, later than what they were told here."""
    others = (one for one in tickets if one.ticket != said.ticket and (one.told_at or said.told_at) is not None)
    heard = [one for one in others if _since(one.wrote_at, one.told_at) and _since(one.wrote_at, said.told_at)]
    return max(heard, key=lambda one: (one.wrote_at, one.ticket), default=None)


def _since(wrote_at: datetime | None, told_at: datetime | None) -> bool:
    return wrote_at is not None and (told_at is None or wrote_at > told_at)
