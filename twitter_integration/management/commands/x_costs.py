"""manage.py x_costs: what X cost, by day, account, operation, search query and ticket."""

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from twitter_integration.management.naming import find_account
from twitter_integration.metering.costs import Report, Row, report

_FIGURES = ("calls", "refused", "items", "charged")


class Command(DeskCommand):
    help = "What X cost: by day (UTC), account, operation, search query and ticket."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", default="", help="an account's Page ID or handle (default: all)")
        parser.add_argument("--since", default="", help="first day, as 2026-11-01 (default: 29 days ago)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.now().date()
        try:
            since = date.fromisoformat(options["since"]) if options["since"] else today - timedelta(days=29)
        except ValueError:
            raise CommandError(f"A day looks like 2026-11-01, not {options['since']!r}.") from None
        if since > today:
            raise CommandError(f"{since} is yet to come.")
        key = find_account(options["account"]).page_id if options["account"] else ""
        found = report(since=since, until=today, account=key)
        self.stdout.write(json.dumps(_as_json(found)) if options["json"] else _as_text(found))


def _as_json(found: Report) -> dict[str, Any]:
    tables = {name: [_row(row) for row in rows] for name, rows in found.tables.items()}
    days = {"since": f"{found.since}", "until": f"{found.until}", "tickets_since": f"{found.tickets_since}"}
    return days | {"total": _row(found.total)} | tables


def _row(row: Row) -> dict[str, Any]:
    return {"name": row.name, **{name: getattr(row, name) for name in _FIGURES}, "cost": str(row.cost)}


def _as_text(found: Report) -> str:
    lines = [f"{found.since} to {found.until} (UTC): ${found.total.cost:.4f}, {found.total.calls} calls"]
    for name, rows in found.tables.items():
        told = [row for row in rows if row.calls or row.items or row.cost]
        lines += [f"\nBy {name}", *(_line(row) for row in told)] if told else []
    if found.tickets_since > found.since:
        lines.append(f"\nWhat single tickets cost is known from {found.tickets_since} on.")
    return "\n".join(lines)


def _line(row: Row) -> str:
    return f"  {row.words or row.name:<40} ${row.cost:>10.4f}  {row.calls:>8} calls  {row.charged:>8} charged"
