"""The book: a charge for each thing X charges, once a UTC day where X promises that, and sums per account, day and
operation. Set-wise: at most five statements, whatever is entered. Runs inside its caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from kapture.sets import add_to_rows, insert_missing
from twitter_integration.metering.counting import Entry
from twitter_integration.metering.prices import Prices, load_prices
from twitter_integration.models import Charge, SearchQuery, Usage

_CHARGE = ("app_id", "day", "tariff", "resource", "account_key", "message", "query_id", "cost")
_ONE = ("app_id", "day", "tariff", "resource")
_KEYS = ("app_id", "account_key", "day", "operation", "query_id")
_SUMS = ("calls", "refused", "items", "charged", "cost")


@dataclass(slots=True)
class _Sum:
    calls: int = 0
    refused: int = 0
    items: int = 0
    charged: int = 0
    cost: Decimal = Decimal(0)

    def add(self, line: Entry, charged: int, each: Decimal) -> None:
        self.calls += line.calls
        self.refused += line.refused
        self.items += line.items
        self.charged += charged
        self.cost += charged * each


def enter(lines: Sequence[Entry]) -> None:
    """Everything of these lines. What was charged today already is counted and not charged again."""
    prices = load_prices()
    fresh = _charge(lines, prices)
    sums: dict[tuple[Any, ...], _Sum] = {}
    for line in lines:
        payer, each = line.payer, _each(line, prices)
        key = (payer.app_id, payer.account_key, line.day, line.operation, line.query_id)
        sums.setdefault(key, _Sum()).add(line, _count_charged(line, fresh) if each else 0, each)
    rows = [[*key, *(getattr(one, name) for name in _SUMS)] for key, one in sorted(sums.items())]
    add_to_rows(Usage, _KEYS, _SUMS, rows)
    _add_to_queries((key[-1], one.cost) for key, one in sums.items())


def _each(line: Entry, prices: Prices) -> Decimal:
    return prices.each(line.tariff, line.day) if line.payer.priced else Decimal(0)


def _charge(lines: Iterable[Entry], prices: Prices) -> set[tuple[Any, ...]]:
    """Which things are charged now; in one order, so that two who charge the same never wait for each other."""
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for line in lines:
        each = _each(line, prices)
        for number in line.resources if each else ():
            one = (line.payer.app_id, line.day, line.tariff, number)
            message = line.messages.get(number, "")
            rows.setdefault(one, [*one, line.payer.account_key, message, line.query_id, each])
    return set(insert_missing(Charge, _CHARGE, [rows[one] for one in sorted(rows)], returning=_ONE))


def _count_charged(line: Entry, fresh: set[tuple[Any, ...]]) -> int:
    """What has no id is charged by the piece; of two lines with one thing, the first is charged."""
    if not line.resources:
        return line.items
    ones = {(line.payer.app_id, line.day, line.tariff, number) for number in line.resources} & fresh
    fresh -= ones
    return len(ones)


def _add_to_queries(costs: Iterable[tuple[int, Decimal]]) -> None:
    sums: dict[int, Decimal] = {}
    for query_id, cost in costs:
        if query_id and cost:
            sums[query_id] = sums.get(query_id, Decimal(0)) + cost
    for query_id, cost in sorted(sums.items()):
        SearchQuery.objects.filter(pk=query_id).update(cost=F("cost") + cost)
