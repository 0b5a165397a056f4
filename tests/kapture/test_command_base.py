"""What all commands share: words that mean nothing are one sentence and exit code 1."""

import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db import ProgrammingError

from kapture.command_base import DeskCommand
from kapture.progress import Progress


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["x_webhook", "list", "--nonsense"], "Unrecognized arguments: --nonsense. See: manage.py x_webhook --help\n"),
        (["x_webhook", "lst"], "Argument ACTION: invalid choice: 'lst' (choose from "),
        (["x_account", "lst"], "Argument ACTION: invalid choice: 'lst'. See: manage.py x_account --help\n"),
        (["x_account", "purge"], "The following arguments are required: PAGE. See: manage.py x_account --help\n"),
        (["x_account"], "The following arguments are required: ACTION. See: manage.py x_account --help\n"),
        (["x_subscribe"], "The following arguments are required: ACTION. See: manage.py x_subscribe --help\n"),
        (["x_webhook"], "The following arguments are required: ACTION. See: manage.py x_webhook --help\n"),
        (["x_subscribe", "list"], "The following arguments are required: PAGE. See: manage.py x_subscribe --help\n"),
        (["x_replay", ""], "Argument PATH: it is empty; name a file or a folder"),
    ],
)
def test_what_is_not_understood_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = load_command_class("twitter_integration", words[0])
    with pytest.raises(SystemExit) as left:
        command.run_from_argv(["manage.py", *words])
    told = capsys.readouterr().err
    assert left.value.code == 1 and told.startswith(sentence) and told.count("\n") == 1


@pytest.mark.parametrize("cap", ["0", "-1", "many"])
def test_a_cap_that_is_none_is_refused_whatever_is_done(cap: str) -> None:
    with pytest.raises(CommandError, match="--cap takes a number from 1"):
        call_command("x_search", "run", "@nobody", f"--cap={cap}")


def test_progress_tells_a_count_once(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Progress("stored")
    bar.advance(3)
    bar.finish()
    assert capsys.readouterr().err.count("stored 3") == 1


class Endless(DeskCommand):
    """A list that is longer than whoever reads it wants."""

    def handle(self, *args: Any, **options: Any) -> None:
        for number in range(100_000):
            self.stdout.write(f"row {number}")


class Short(DeskCommand):
    """What it writes waits in its buffer until the end."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("one row")


@pytest.fixture
def unread() -> Iterator[TextIO]:
    """The end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        yield stream


@pytest.mark.parametrize("command", [Endless, Short])
def test_a_command_that_nobody_reads_any_more_ends_quietly(
    command: type[DeskCommand], unread: TextIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", unread)
    with pytest.raises(SystemExit) as left:
        command(stdout=unread).run_from_argv(["manage.py", "endless"])
    assert left.value.code == 141 and not capsys.readouterr().err
    unread.flush()  # the interpreter does so at its end, and finds nothing to complain of


class Untold(DeskCommand):
    """Asks a table that is not there."""

    def handle(self, *args: Any, **options: Any) -> None:
        raise ProgrammingError('relation "tickets_message" does not exist')


def test_on_an_installation_that_is_not_set_up_a_command_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kapture.command_base.unapplied", lambda: 3)
    with pytest.raises(SystemExit) as left:
        Untold().run_from_argv(["manage.py", "untold"])
    assert left.value.code == 1 and capsys.readouterr().err.startswith("This installation is not set up")
    monkeypatch.setattr("kapture.command_base.unapplied", lambda: 0)
    with pytest.raises(ProgrammingError):
        Untold().run_from_argv(["manage.py", "untold"])
