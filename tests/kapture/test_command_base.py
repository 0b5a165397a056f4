"""What all commands share: words that mean nothing are one sentence and exit code 1."""

import pytest
from django.core.management import CommandError, call_command, load_command_class

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
