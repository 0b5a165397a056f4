"""Whom an answer on X notifies: who wrote the post, whom it names, whom the text names; and who is left out."""

import pytest

from tests.twitter_integration.test_channel import ANA, answer, complain
from twitter_integration.channel import TwitterChannel
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox import posts
from twitter_integration.sandbox.server import ThreadedSandbox

BEN = "900000000000000003"
NAMED = [("acmehelp_demo", "1"), ("ben_demo", BEN), ("Ana_Demo", ANA)]
channel = TwitterChannel()


def told(text: str, named: list[tuple[str, str]] = NAMED) -> list[tuple[str, str]]:
    found = channel.notified(text, own="AcmeHelp_demo", answered="ana_demo", named=named)
    return [(one.handle, one.spare) for one in found]


def test_whom_the_post_names_is_told_and_may_be_left_out_but_not_its_author() -> None:
    assert told("We look.") == [("ana_demo", ""), ("ben_demo", BEN)]


def test_whom_the_text_names_is_told_in_any_case() -> None:
    assert told("See .@Ben_Demo and @carla_demo, @ana_demo") == [("ana_demo", ""), ("ben_demo", ""), ("carla_demo", "")]


@pytest.mark.parametrize(
    "text", ["write to a@ben.example", "@@ben", "#@ben", "https://x.com/@ben", "@benandmanyletters1"]
)
def test_what_is_no_name_tells_nobody(text: str) -> None:
    assert told(text, []) == [("ana_demo", "")]


def test_who_is_left_out_is_not_named_on_x(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    def named(**more: list[str]) -> set[str]:
        asked = complain(sandbox, "@acmehelp_demo and @ben_demo, where is it?")
        sent = channel.send(answer(f"We look {more}.", in_reply_to=asked, **more))
        post = posts.get(sandbox.world.store, int(sent.external_id))
        return {one["handle"] for one in post.shape.mentions}

    assert named() == {"ana_demo", "ben_demo"}
    assert named(spares=[BEN]) == {"ana_demo"}
