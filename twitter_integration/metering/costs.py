"""What X cost, from the book: by day, account, operation, search query and ticket. Reads only; the definitions of the
figures are in docs/costs.md and stand on the page.

A fixed number of statements, whatever the period holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from twitter_integration.facts.activities import title_of
from twitter_integration.models import Charge, PartnerAccount, SearchQuery, Usage

# The dearest tickets; what lies behind is in the export of the whole book (admin) and of no use in a list.
MOST_TICKETS = 25
EVENT = "event."
_SUMS = {name: Sum(name) for name in ("calls", "refused", "items", "charged", "cost")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: what it is, and its sums. `link` holds what a page needs to lead there."""

    name: str
    calls: int = 0
    refused: int = 0
    items: int = 0
    charged: int = 0
    cost: Decimal = Decimal(0)
    link: str = ""
    words: str = ""  # as people read it; the name is what exports are matched by

    @property
    def figures(self) -> tuple[int, int, int, int, Decimal]:
        return self.calls, self.refused, self.items, self.charged, self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """From and up to these days (UTC), both included. `tickets_since`: what tickets cost is known no longer."""

    since: date
    until: date
    total: Row
    days: Sequence[Row]
    accounts: Sequence[Row]
    operations: Sequence[Row]
    queries: Sequence[Row]
    tickets: Sequence[Row]
    tickets_since: date

    @property
    def tables(self) -> dict[str, Sequence[Row]]:
        return {
            "day": self.days,
            "account": self.accounts,
            "operation": self.operations,
            "query": self.queries,
            "ticket": self.tickets,
        }


def report(*, since: date, until: date, account: str = "", private: bool = True) -> Report:
    """`account`: a Page ID, else all. `private`: whether private tickets are told of."""
    book = Usage.objects.filter(day__range=(since, until))
    book = book.filter(account_key=account) if account else book
    return Report(
        since=since,
        until=until,
        total=_sums("total", book.aggregate(**_SUMS)),
        days=_days(book, since=since, until=until),
        accounts=_accounts(book),
        operations=[
            _sums(row["operation"], row, words=words_of(row["operation"])) for row in _grouped(book, "operation")
        ],
        queries=_queries(book),
        tickets=_tickets(since=since, until=until, account=account, private=private),
        tickets_since=max(since, kept_since(until) or since),
    )


def kept_since(today: date) -> date | None:
    """The first day (UTC) whose single charges are kept; None: all are."""
    days: int = settings.X_CHARGES_KEPT_DAYS
    return today - timedelta(days=days) if days else None


def _grouped(book: QuerySet[Usage], name: str) -> Sequence[Mapping[str, Any]]:
    rows: Any = book.values(name).annotate(**_SUMS).order_by("-cost", "-calls", name)
    return list(rows)


def words_of(operation: str) -> str:
    """An operation as people read it: events by their titles, calls by what they are about and what they do there."""
    if operation.startswith(EVENT):
        return _("Told by X: {}").format(title_of(operation.removeprefix(EVENT)))
    about, _dot, doing = operation.replace("_", " ").partition(".")
    return f"{about.capitalize()}: {doing}" if doing else about.capitalize()


def _sums(name: str, told: Mapping[str, Any], *, link: str = "", words: str = "") -> Row:
    """Sums of nothing come as None."""
    return Row(
        name=name,
        words=words or name,
        link=link,
        calls=told["calls"] or 0,
        refused=told["refused"] or 0,
        items=told["items"] or 0,
        charged=told["charged"] or 0,
        cost=told["cost"] or Decimal(0),
    )


def _days(book: QuerySet[Usage], *, since: date, until: date) -> list[Row]:
    """Each day of the period, also those on which nothing was done."""
    told: dict[date, Any] = {row["day"]: row for row in book.values("day").annotate(**_SUMS)}
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    return [_sums(f"{day}", told[day]) if day in told else Row(name=f"{day}") for day in days]


def _accounts(book: QuerySet[Usage]) -> list[Row]:
    names = dict(PartnerAccount.objects.values_list("page_id", "page_name"))
    return [
        _sums(
            _called(row["account_key"], names),
            row,
            link=row["account_key"],
            words="" if row["account_key"] else _("The app itself"),
        )
        for row in _grouped(book, "account_key")
    ]


def _called(key: str, names: dict[str, str]) -> str:
    """The app's own calls belong to no account; an account that is gone keeps its number."""
    return f"@{names[key]}" if key in names else key or "app"


def _queries(book: QuerySet[Usage]) -> list[Row]:
    labels = dict(SearchQuery.objects.values_list("pk", "label"))
    rows = _grouped(book.filter(query_id__gt=0), "query_id")
    return [_sums(labels.get(row["query_id"], f"#{row['query_id']}"), row) for row in rows]


def _tickets(*, since: date, until: date, account: str, private: bool) -> list[Row]:
    """The dearest: what reading, delivering and sending their messages was charged, wherever they are filed by now."""
    message, ticket, address = (
        apps.get_model("tickets", name)._meta.db_table for name in ("Message", "Ticket", "Address")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.ticket_id, count(*), sum(c.cost) FROM {Charge._meta.db_table} c"  # noqa: S608  (our tables)
            f" JOIN {address} a ON a.channel = 'twitter' AND a.key = c.account_key"
            f" JOIN {message} m ON m.address_id = a.id AND m.external_id = c.message"
            f" JOIN {ticket} t ON t.id = m.ticket_id"
            " WHERE c.day BETWEEN %s AND %s AND c.message <> '' AND (%s = '' OR c.account_key = %s)"
            " AND (%s OR NOT t.private)"
            " GROUP BY m.ticket_id ORDER BY sum(c.cost) DESC, m.ticket_id DESC LIMIT %s",
            [since, until, account, account, private, MOST_TICKETS],
        )
        return [
            Row(name=f"#{number}", link=str(number), charged=charged, cost=cost)
            for number, charged, cost in cursor.fetchall()
        ]
