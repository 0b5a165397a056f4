"""What a thing costs on a day, by the table of prices. The newest row that is valid by then counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from kapture.prepared import prepared
from twitter_integration.models import Price


@dataclass(frozen=True, slots=True)
class Prices:
    rows: Mapping[str, Sequence[tuple[date, Decimal]]]  # newest first

    def each(self, tariff: str, day: date) -> Decimal:
        """US dollars; nothing where the table has no price."""
        for since, each in self.rows.get(tariff, ()):
            if since <= day:
                return each
        return Decimal(0)


def load_prices() -> Prices:
    """One statement."""
    rows: dict[str, list[tuple[date, Decimal]]] = {}
    for tariff, since, each in _prices():
        rows.setdefault(tariff, []).append((since, each))
    return Prices(rows)


@prepared
def _prices() -> QuerySet[Price, tuple[str, date, Decimal]]:
    return Price.objects.order_by("-valid_from").values_list("tariff", "valid_from", "each")
