"""manage.py x_account <action>: the same acts from a terminal, with one clear sentence and a code to go by."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.contracts.test_console import PIXEL
from tests.factories import make_agent, make_supervisor
from tickets.models import OutboxEntry
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox


def run(*arguments: str) -> Any:
    output = StringIO()
    call_command("x_account", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def failure(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return caught.value


def test_it_reads_the_mentions(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    post = sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is my order?")
    told = run("mentions", "@acmehelp_demo", "--count", "5")
    assert [row["id"] for row in told["rows"]] == [str(post["id"])]
    assert told["rows"][0]["author"]["handle"] == "ana_demo"


def test_an_exported_collection_stands_on_the_terminal(acme: PartnerAccount) -> None:
    made = run("create-collection", "@acmehelp_demo", "Praise")["result"]
    output = StringIO()
    call_command("x_account", "export-collection", "@acmehelp_demo", made, stdout=output)
    assert json.loads(output.getvalue())["name"] == "Praise"


def test_the_record_says_what_was_changed(acme: PartnerAccount) -> None:
    run("update-profile", acme.page_id, "--location", "Hamburg")
    output = StringIO()
    call_command("x_account", "acts", acme.page_id, stdout=output)
    assert "Location: Hamburg" in output.getvalue()


def test_it_acts_under_a_login_and_only_with_yes(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_agent()
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"])
    assert failure("repost", "acmehelp_demo", post).returncode == 2
    told = run("repost", "acmehelp_demo", post, "--yes", "--by", "alice")
    assert told["sentence"] == "Reposted." and AccountAct.objects.get().by_name == "alice"


def test_what_the_tier_forbids_is_one_sentence_with_the_way_by_hand(acme: PartnerAccount) -> None:
    error = failure("like", acme.page_id, "19", "--yes")
    assert error.returncode == 1 and "By hand: http" in str(error)


def test_a_post_is_scheduled_with_a_picture_and_what_it_shows(acme: PartnerAccount, tmp_path: Path) -> None:
    make_supervisor()
    picture = tmp_path / "dot.png"
    picture.write_bytes(PIXEL)
    tomorrow = timezone.now() + timedelta(days=1)
    words = ("post", acme.page_id, "Look", "--at", tomorrow.isoformat(), "--file", str(picture), "--alt", "A red dot")
    assert run(*words, "--yes", "--by", "sam")["sentence"].startswith("It is scheduled for ")
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.not_before) == ("scheduled", tomorrow)
    assert [media.alt_text for media in entry.message.media.all()] == ["A red dot"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--file", "/nowhere.png"), "cannot be read"),
        (("--alt", "A red dot"), "Each --alt describes one --file"),
        (("--at", "soon"), "Not a moment"),
    ],
)
def test_a_post_that_cannot_be_understood_is_not_kept(
    acme: PartnerAccount, more: tuple[str, ...], sentence: str
) -> None:
    make_supervisor()
    assert sentence in str(failure("post", acme.page_id, "Look", *more, "--yes", "--by", "sam"))
    assert not OutboxEntry.objects.exists()


def test_it_lists_what_can_be_done_and_why_not(acme: PartnerAccount) -> None:
    rows = {row["action"]: row for row in run("actions", acme.page_id)["actions"]}
    assert rows["mute"]["dialect"] == "v2" and rows["mute"]["why_not"] == ""
    assert rows["report"]["dialect"] is None and "report on X itself" in rows["report"]["why_not"]
