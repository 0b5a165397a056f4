"""The time zones there are to choose from. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

# What stands beside them are abbreviations and names of old.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


@cache
def zones_by_region() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Region → (name, the place as people write it)."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS)
    placed = groupby(names, key=lambda name: name.partition("/")[0])
    return {region: [(name, name.partition("/")[2].replace("_", " ")) for name in group] for region, group in placed}


def is_listed(name: str) -> bool:
    return any(name == one for places in zones_by_region().values() for one, _ in places)
