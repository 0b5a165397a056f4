"""manage.py x_replay PATH: recorded webhook bodies through the same inbox and drain; ends with a JSON summary."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from kapture.progress import Progress
from twitter_integration.deliveries.recordings import NotARecording, files, read
from twitter_integration.deliveries.replaying import NoApp, Summary, count_effects, put_in, see_through
from twitter_integration.models import XApp

MOST_TOLD = 20


class Command(DeskCommand):
    help = (
        "Send recorded webhook bodies (a JSON file, a folder of them, or JSON lines) through the inbox and the drain."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=_path)
        parser.add_argument("--app", help="Name of the X app to take a body for that names no account of ours.")
        parser.add_argument("--no-drain", action="store_true", help="Only store; a worker does the rest.")

    def handle(self, *args: Any, path: Path, app: str | None, no_drain: bool, **options: Any) -> None:
        began = timezone.now()
        bar = Progress("read")
        try:
            recordings = chain.from_iterable(read(file) for file in files(path))
            summary = put_in(recordings, app=_app(app), now=began, progress=bar.advance)
        except NotARecording as error:
            raise CommandError(str(error)) from error
        except NoApp as error:
            raise CommandError(
                "A body names no partner configuration of this installation. Add one (x_account add), or give --app."
            ) from error
        bar.finish()
        if not no_drain:
            work = Progress("worked", total=summary.stored)
            see_through(summary.keys, progress=lambda done: work.advance(done - work.done))
            work.finish()
        count_effects(summary, since=began)
        self.stdout.write(json.dumps(summary.as_dict()))
        if summary.unreadable:
            self._tell_faults(summary)
            raise SystemExit(1)

    def _tell_faults(self, summary: Summary) -> None:
        for fault in summary.faults[:MOST_TOLD]:
            self.stderr.write(fault)
        rest = summary.unreadable - len(summary.faults[:MOST_TOLD])
        more = f", {rest} more of them not shown" if rest else ""
        self.stderr.write(f"unreadable: {counted(summary.unreadable, 'line')}{more}; everything else was stored.")


def _path(text: str) -> Path:
    """Path("") is the folder one stands in; an empty shell variable does not mean that."""
    if not text.strip():
        raise ArgumentTypeError("it is empty; name a file or a folder (the folder you are in is “.”)")
    return Path(text)


def _app(name: str | None) -> XApp | None:
    if name is None:
        return XApp.objects.first() if XApp.objects.count() == 1 else None
    found = XApp.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(XApp.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no X app named {name}. There are: {names}.")
    return found
