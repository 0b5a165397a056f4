"""manage.py reindex_search: prepares messages for the search that have not been yet. May be stopped and run again."""

from argparse import ArgumentParser
from typing import Any

from kapture.command_base import DeskCommand
from kapture.figures import counted
from kapture.progress import Progress
from tickets.finding.entries import bounds, index_between

AT_ONCE = 2_000


class Command(DeskCommand):
    help = "Prepare messages for the search that have not been yet, beside the running desk. May be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="those that have been as well")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = bounds()
        progress, written = Progress("Messages", total=last - first + 1), 0
        for start in range(first, last + 1, AT_ONCE):
            stop = min(start + AT_ONCE - 1, last)
            written += index_between(start, stop, anew=options["all"])
            progress.advance(stop - start + 1)
        progress.finish()
        self.stdout.write(f"Prepared {counted(written, 'message')}.")
