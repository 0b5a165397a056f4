"""Which search queries ever found anything, by their labels: what reports and searches ask about."""

from collections.abc import Iterable
from typing import Protocol

from tickets.models import SearchLabel


class Found(Protocol):
    labels: list[str]


def know_labels(found: Iterable[Found]) -> None:
    """One statement where search queries found any of it, and one more the first time that one of them did."""
    names = {label for one in found for label in one.labels}
    new = names - set(SearchLabel.objects.filter(name__in=names).values_list("name", flat=True)) if names else ()
    if new:
        SearchLabel.objects.bulk_create([SearchLabel(name=name) for name in sorted(new)], ignore_conflicts=True)
