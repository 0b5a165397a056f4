"""What X costs in numbers for /metrics: today's calls, refusals, charged things and dollars of each operation."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum

from kapture.figures import Figure
from twitter_integration.models import Usage

_FIGURES = {
    "calls": ("kapture_x_calls_today", "Requests to X today (UTC)"),
    "refused": ("kapture_x_calls_refused_today", "Requests to X today that it refused or never answered"),
    "charged": ("kapture_x_charged_today", "Things X charges today"),
    "cost": ("kapture_x_dollars_today", "US dollars X charges today, by the table of prices"),
}


def figures_of_costs(now: datetime) -> Iterator[Figure]:
    """One statement. They begin anew at midnight UTC, as X's day does."""
    book = Usage.objects.filter(day=now.astimezone(UTC).date())
    sums = {name: Sum(name) for name in _FIGURES}
    rows: Iterable[Mapping[str, Any]] = book.values("account_key", "operation").annotate(**sums)
    for row in rows:
        labels = {"account": row["account_key"], "operation": row["operation"]}
        for name, (figure, words) in _FIGURES.items():
            yield Figure(figure, words, float(row[name]), labels=labels)
