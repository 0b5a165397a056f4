"""Which operation a call to X is, by its method and path, and by which tariff it is charged. Pure.

Every call X knows is in TABLE; one that is not is counted as OTHER, never lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from twitter_integration.metering.calls_legacy import LEGACY
from twitter_integration.metering.calls_v2 import V2
from twitter_integration.metering.tariff import Tariff

OTHER = "other"
# Read of one's own account they cost a fifth, where the account owns the app ("owned reads").
OWNED = frozenset(
    {
        *("timelines.own", "timelines.mentions", "follows.followers", "follows.following"),
        *("lists.owned", "lists.followed", "lists.memberships", "lists.pinned"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`of`: the id in the path that says whose it is, "" where there is none."""

    name: str
    tariff: str
    of: str = ""


def _rows() -> Iterator[tuple[str, re.Pattern[str], str, Tariff]]:
    for name, tariff, *calls in (*V2, *LEGACY):
        for call in calls:
            method, path = call.split()
            yield method, re.compile(re.sub(r":\w+", "([^/]+)", re.escape(path))), name, tariff


TABLE = tuple(_rows())


@lru_cache(maxsize=4096)
def recognise(method: str, path: str) -> Operation:
    """The operation of a call; `path` without query."""
    for verb, pattern, name, tariff in TABLE:
        if verb == method and (found := pattern.fullmatch(path)):
            return Operation(name=name, tariff=tariff, of=found[1] if found.groups() else "")
    return Operation(name=OTHER, tariff=Tariff.FREE)
