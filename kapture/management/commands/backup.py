"""manage.py backup FILE: the database, the media and the keys in one file, while everything runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.backup import CannotBackUp, write
from kapture.command_base import DeskCommand


class Command(DeskCommand):
    help = "Put the database, the media and the keys into one file, for `manage.py restore`. Nothing has to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file; only its owner may read it")
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="leave out the keys that open the secrets in it; keep them yourself",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            held = write(path, keys=not options["without_keys"], now=timezone.now())
        except CannotBackUp as error:
            raise CommandError(str(error)) from None
        size = path.stat().st_size / 1e6
        keys = "with its keys: keep it as safe as them" if held.keys else "without its keys: keep ENCRYPTION_KEYS too"
        self.stdout.write(f"{path}: {size:.1f} MB, {held.files} media files, {keys}.")
