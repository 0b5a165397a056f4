"""manage.py figure_reports: adds up the days of the reports now, those that are stale, or all of them anew."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from tickets.reports.keeping import keep

_AT_MOST = timedelta(days=1)


class Command(DeskCommand):
    help = "Add up the days of the reports: what is new, or changed since. Workers do the same every two minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="every day, also those that nothing has changed on")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        done = keep(now=timezone.now(), at_most=_AT_MOST, anew=anew)
        self.stdout.write(f"{counted(done, 'day')} added up.")
