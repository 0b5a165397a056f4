"""manage.py restore FILE: what `manage.py backup` put away, into an empty installation."""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from kapture.backup import CannotBackUp, check_place, read, restore
from kapture.command_base import DeskCommand
from kapture.installation import Refused, settle_kind, sole_supervisor


class Command(DeskCommand):
    help = "Restore what `manage.py backup` put away into an empty installation, and bring it to this version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="as `manage.py backup` wrote it")
        parser.add_argument("--check", action="store_true", help="only look through the file, and say what it holds")

    def handle(self, *args: Any, **options: Any) -> None:
        path, var_dir = options["file"], Path(settings.VAR_DIR)
        try:
            held = read(path)
            self.stdout.write(f"{path}: made {held.made_at:%Y-%m-%d %H:%M} UTC, {held.files} media files, whole.")
            if options["check"]:
                return
            with sole_supervisor(var_dir):
                settle_kind(var_dir, "real")
                check_place(held)
                restore(path, held)
                _migrate()
                for sentence in _afterwards():
                    self.stdout.write(sentence)
        except (CannotBackUp, Refused) as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Restored. Start it with `make up`; `manage.py doctor` says what is left to do.")


def _migrate() -> None:
    """In a process of its own, which knows the keys by now."""
    connection.close()
    done = subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=settings.BASE_DIR, check=False)
    if done.returncode:
        raise CannotBackUp("Everything is restored, but not at this version: run `manage.py migrate`.")


def _afterwards() -> Iterable[str]:
    """What else an app has to do, and says of it."""
    for path in settings.AFTER_RESTORE:
        step: Callable[[datetime], Iterable[str]] = import_string(path)
        yield from step(timezone.now())
