"""manage.py erase_customer: what we hold of one customer, and, with their handle typed, erased for good."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from tickets.erasing.erase import asked_words, erase, look
from tickets.errors import DeskError
from tickets.models import Customer, Identity


class Command(DeskCommand):
    help = "Count what we hold of a customer; with --yes HANDLE erase it for good: words, files, and who they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("customer", metavar="CUSTOMER", help="the number of their page, or their @handle")
        parser.add_argument("--yes", metavar="HANDLE", help="really do it; their handle once more, as their page asks")
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, customer: str, yes: str | None, **options: Any) -> None:
        found = _find(customer)
        wanted = asked_words(found)
        try:
            counts = look(found) if yes is None else erase(found, typed=yes, by=None, now=timezone.now())
        except DeskError as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            told = {"customer": str(found.pk), "erased": yes is not None, "counts": dict(counts)}
            self.stdout.write(json.dumps(told))
            return
        for kind, number in counts.items():
            self.stdout.write(f"{number:>8,}  {kind}")
        if yes is None and wanted:
            self.stdout.write(f"Nothing was changed. To erase it for good: erase_customer {found.pk} --yes {wanted}")
        elif yes is not None:
            self.stdout.write("Erased. Figures and decisions stay; backups are yours to clear.")


def _find(asked: str) -> Customer:
    """Raises CommandError for nobody, or several."""
    if asked.isdecimal() and len(asked) < 19:
        rows = list(Customer.objects.filter(pk=int(asked)))
    else:
        handle = asked.lstrip("@")
        known = Identity.objects.filter(handle__iexact=handle) if handle else Identity.objects.none()
        rows = list(Customer.objects.filter(pk__in=known.values("customer")))
    if len(rows) != 1:
        numbers = ", ".join(str(one.pk) for one in rows)
        raise CommandError(f"Several customers: {numbers}. Name one." if rows else f"There is no customer {asked}.")
    return rows[0]
