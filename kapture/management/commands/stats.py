"""manage.py stats: how much of everything there is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.db.models import Count

from kapture.command_base import DeskCommand
from kapture.readable import readable


class Command(DeskCommand):
    help = "Print the counts of tickets, messages, customers, deliveries, events and outgoing messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object instead of lines.")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {
            "tickets": _count("tickets.Ticket"),
            "messages": _count("tickets.Message"),
            "customers": _count("tickets.Customer"),
            "deliveries": _by("twitter_integration.Delivery", "state"),
            "events": _events(),
            "outbox": _by("tickets.OutboxEntry", "state"),
        }
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(readable(counts))


def _count(model: str) -> int:
    return int(apps.get_model(model).objects.count())


def _by(model: str, field: str) -> dict[str, int]:
    rows = apps.get_model(model).objects.order_by(field).values_list(field).annotate(Count("pk"))
    return {str(value): int(count) for value, count in rows}


def _events() -> dict[str, dict[str, int]]:
    """kind → outcome → how many facts."""
    rows = apps.get_model("twitter_integration.Event").objects.order_by("kind", "outcome")
    counts: dict[str, dict[str, int]] = {}
    for kind, outcome, count in rows.values_list("kind", "outcome").annotate(Count("pk")):
        counts.setdefault(kind, {})[outcome] = count
    return counts
