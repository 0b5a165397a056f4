"""What all our commands share: whatever is not understood is one sentence and exit code 1, never argparse's usage; and
whoever stops reading (`| head`) has the command end quietly."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from kapture.readiness import unapplied

_UNHEARD = 141  # what a shell says of a program that a closed pipe ended
_NOT_READY = "This installation is not set up, or is of an older version. Run: manage.py migrate"
_LONGEST = 200  # a list of all that would be right is longer than what was wrong; --help has it


class DeskCommand(BaseCommand):
    """A command whose words are told wrong like everything else that goes wrong in it. `free_texts`: options whose
    value may begin with a minus, as a search query does."""

    free_texts: tuple[str, ...] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Told that it was not called from a command line, Django's parser raises instead of printing its usage.
        self._called_from_command_line = False
        return super().create_parser(prog_name, subcommand, **kwargs)

    def run_from_argv(self, argv: list[str]) -> None:
        """What the command itself raises is told by Django; only its words are read outside of that."""
        with _ending_unheard():
            try:
                super().run_from_argv(_tied(argv, self.free_texts))
            except CommandError as error:
                self.stderr.write(_sentence(str(error), argv[1]))
                sys.exit(1)
            except ProgrammingError:
                if not unapplied():
                    raise
                self.stderr.write(_NOT_READY)
                sys.exit(1)


@contextmanager
def _ending_unheard() -> Iterator[None]:
    """Ends the program where nobody reads what it writes any more, also what is written last of all."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        shut = [stream for stream in (sys.stdout, sys.stderr) if _is_shut(stream)]
        if not shut:  # another pipe of the program's
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in shut:
            os.dup2(nowhere, stream.fileno())  # or the interpreter complains when it flushes at its end
        sys.exit(_UNHEARD)


def _is_shut(stream: TextIO) -> bool:
    """Whether it is a pipe whose other end is closed."""
    try:
        place = stream.fileno()
    except (OSError, ValueError):  # no file at all
        return False
    asked = select.poll()
    asked.register(place, select.POLLOUT)
    return any(event & select.POLLERR for _, event in asked.poll(0))


def _tied(argv: list[str], options: tuple[str, ...]) -> list[str]:
    """`--query TEXT` as `--query=TEXT`: else argparse takes a text that begins with a minus for another option."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] in options:
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _sentence(message: str, command: str) -> str:
    said = message.removeprefix("Error: ")
    said = said.partition(" (choose from")[0] if len(said) > _LONGEST else said
    return f"{said[:1].upper()}{said[1:].rstrip('.')}. See: manage.py {command} --help"
