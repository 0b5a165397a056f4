"""`python -m tests.contracts.hurried qcluster`: a command of `manage.py` whose outbox waits tenths of seconds where it
waits seconds. What it waits for, and in which order, stays as it is."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib import import_module

import django
from django.core.management import execute_from_command_line

# Seconds. X's time-out is one second then, a fifteenth of the usual.
WAITS: Mapping[str, Mapping[str, Sequence[float]]] = {
    "tickets.sending.crew": {"LATEST_START": [3]},
    "tickets.outbox": {"LATEST_WRITE": [3.5]},
    "tickets.sending.outcomes": {"LADDER": [0.2, 0.4, 0.8, 1.6], "FIRST_LOOK": [0.3]},
    "tickets.sending.reading_back": {"READ_BACK": [0.3, 1.5, 2.5], "ABANDONED_AFTER": [4.5]},
    "twitter_integration.outgoing.looking": {"VISIBLE_AFTER": [0.5]},
}


def hurry() -> None:
    """For this process and all it forks."""
    for module, waits in WAITS.items():
        for name, seconds in waits.items():
            spans = tuple(timedelta(seconds=one) for one in seconds)
            setattr(import_module(module), name, spans if len(spans) > 1 else spans[0])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")
    django.setup()
    hurry()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
