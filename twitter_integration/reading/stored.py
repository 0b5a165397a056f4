"""Which stored messages X is asked about again."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from twitter_integration.choices import RECORDED

_UNDONE = ("new", "open", "pending", "on_hold")  # tickets.choices.UNDONE_STATUSES


def posts_to_check(addresses: Iterable[int]) -> QuerySet[Any]:
    """Strangers' posts on open tickets, and what quotes one there."""
    return known_to_x().filter(
        Q(direction="in") | Q(direction="out", quoted__isnull=False),
        address__in=list(addresses),
        ticket__status__in=_UNDONE,
        visibility="public",
        deleted_at=None,
        external_id__isnull=False,
    )


def known_to_x() -> QuerySet[Any]:
    """All messages but those that recordings alone told of: X need not know these, and its silence proves nothing."""
    recorded = Q(sources__contained_by=list(RECORDED.values())) & ~Q(sources=[])
    rows: QuerySet[Any] = apps.get_model("tickets", "Message")._default_manager.exclude(recorded)
    return rows
