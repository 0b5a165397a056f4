"""manage.py x_account <action>: the same acts from a terminal, with one clear sentence and a code to go by."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_agent
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


def test_it_acts_under_a_login_and_only_with_yes(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_agent()
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"])
    assert failure("repost", "acmehelp_demo", post).returncode == 2
    told = run("repost", "acmehelp_demo", post, "--yes", "--by", "alice")
    assert told["sentence"] == "Reposted." and AccountAct.objects.get().by_name == "alice"


def test_what_the_tier_forbids_is_one_sentence_with_the_way_by_hand(acme: PartnerAccount) -> None:
    error = failure("like", acme.page_id, "19", "--yes")
    assert error.returncode == 1 and "By hand: http" in str(error)


def test_it_lists_what_can_be_done_and_why_not(acme: PartnerAccount) -> None:
    rows = {row["action"]: row for row in run("actions", acme.page_id)["actions"]}
    assert rows["mute"]["dialect"] == "v2" and rows["mute"]["why_not"] == ""
    assert rows["report"]["dialect"] is None and "report on X itself" in rows["report"]["why_not"]
