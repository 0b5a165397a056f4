#!/usr/bin/env python
"""The operator's door: runs a management command, with the embedded PostgreSQL started when it is needed."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from kapture import database, demo_environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")
    demo_environment.recall(Path(os.environ.get("KAPTURE_VAR") or Path(__file__).parent / "var"), sys.argv)
    try:
        with database.ensure_running(sys.argv):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # it says what to mend; where in our code it was noticed helps nobody


if __name__ == "__main__":
    main()
