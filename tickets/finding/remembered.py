"""How many tickets a search found lately, kept for who would be told the same. Asks the database nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.cache import cache

from tickets.finding.query import read
from tickets.finding.terms import Term
from tickets.permissions import rights_of

FRESH = timedelta(seconds=30)
_KEPT = timedelta(minutes=10)
# Terms that mean the same for everybody with the same rights, wherever they are and whatever they have to do with it.
_SAME_FOR_ALL = {
    *("", "#", "status", "priority", "kind", "queue", "folder", "account", "sla", "search", "language", "followers")
}
_STATES = {"open", "unassigned", "assigned", "soon", "late", "breached", "snoozed", "resolved", "closed", "ignored"}
_SORTS = {"dm", "private", "public", "waiting", "merged", "vip"}


class Remembered(NamedTuple):
    """`number` None: it takes too long to count, or is not understood. `more`: there are more, or may be."""

    at: datetime
    number: int | None
    more: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """What cannot be counted is not tried again while that is kept."""
        return self.number is None or now - self.at <= FRESH


def known(lines: Iterable[str], *, user: User) -> Mapping[str, Remembered]:
    """By the search, whatever is known of it."""
    keys = {_key(line, user): line for line in lines}
    found: dict[str, Remembered] = cache.get_many(keys) if keys else {}
    return {keys[key]: one for key, one in found.items()}


def remember(counted: Mapping[str, Remembered], *, user: User) -> None:
    cache.set_many({_key(line, user): one for line, one in counted.items()}, _KEPT.total_seconds())


def _key(line: str, user: User) -> str:
    rights = rights_of(user)
    places = [(one.every, sorted(one.queues)) for one in rights.places]
    whose = "" if _is_for_all(line) else user.pk
    told = repr((line, sorted(rights.permissions), places, rights.is_superuser, whose))
    return f"counted:{hashlib.sha256(told.encode()).hexdigest()}"


@lru_cache(4096)
def _is_for_all(line: str) -> bool:
    """Days are each person's own, too: they are told by their clock."""
    return all(map(_means_the_same, read(line).terms))


def _means_the_same(term: Term) -> bool:
    if term.field == "is":
        return {value.text for value in term.values} <= _STATES | _SORTS
    return term.field in _SAME_FOR_ALL
