"""Reading in the console: one click, its price before it, and what was read told again for a day without asking X."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_agent, make_supervisor
from tests.pages.test_console import ANA, page, press
from tests.twitter_integration.conftest import acme, sandbox
from twitter_integration.console import doing, own_lists, remembering
from twitter_integration.console.action import Outcome
from twitter_integration.console.table import ACTIONS
from twitter_integration.events import Media, Person, Post
from twitter_integration.models import KeptReading, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.tasks import forget_kept_files

__all__ = ["acme", "sandbox"]


@pytest.fixture
def no_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks X from now on fails."""

    def ask(*args: object, **told: object) -> None:
        raise AssertionError("X was asked")

    monkeypatch.setattr(doing, "perform", ask)


def mention(sandbox: ThreadedSandbox, words: str) -> str:
    return str(sandbox.act("post", user="ana_demo", text=f"@acmehelp_demo {words}")["id"])


def test_the_tab_says_what_a_reading_costs_and_asks_nothing_by_itself(
    client: Client, acme: PartnerAccount, no_asking: None
) -> None:
    client.force_login(make_agent())
    told = page(client, acme, "timelines")
    assert "Not read within a day" in told and "US$ 0.005 for each row" in told
    assert "up to 20, at most US$ 0.10" in told and "up to 100, at most US$ 0.50" in told
    assert '<input type="hidden" name="read" value="home">' in told


def test_what_was_read_is_told_again_for_a_day(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, request: pytest.FixtureRequest
) -> None:
    mention(sandbox, "where is order 5521?")
    client.force_login(make_agent())
    assert "order 5521" in page(client, acme, "timelines", read="mentions")
    request.getfixturevalue("no_asking")
    told = page(client, acme, "timelines", show="mentions")
    assert "order 5521" in told and "kept for a day" in told and "Read again" in told and "Repost…" in told
    assert "order 5521" not in page(client, acme, "timelines")  # that is the home timeline
    KeptReading.objects.update(read_at=timezone.now() - timedelta(hours=25))
    assert "Not read within a day" in page(client, acme, "timelines", show="mentions")
    forget_kept_files()
    assert not KeptReading.objects.exists()


def test_a_further_page_joins_what_was_read_before(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    for n in range(7):
        mention(sandbox, f"message number {n}")
    client.force_login(make_agent())
    page(client, acme, "timelines", read="mentions", count="5")
    next_page = KeptReading.objects.get().next_page
    assert next_page and "number 0" not in page(client, acme, "timelines", show="mentions")
    page(client, acme, "timelines", read="mentions", count="5", page=next_page)
    told = page(client, acme, "timelines", show="mentions")
    assert all(f"number {n}" in told for n in range(7)) and KeptReading.objects.get().next_page == ""


def test_a_record_comes_back_as_it_was(acme: PartnerAccount) -> None:
    now, ana = timezone.now(), Person(id=ANA, handle="ana_demo", name="Ana", connection=("following",))
    shot = Media(id="3_1", kind="photo", url="https://pbs.twimg.com/1.jpg", preview_url="", alt_text="A door")
    quoted = Post(id="19", author=ana, created_at=now, text="Before")
    post = Post(id="20", author=ana, created_at=now, text="See", quoted=quoted, media=(shot,), mentioned_ids=("7",))
    outcome = Outcome(rows=[post, ana])
    remembering.keep(acme, ACTIONS["home"], {}, outcome, now=now)
    found = remembering.recall(acme, ACTIONS["home"], now=now)
    assert found is not None and found.rows == [post, ana] and found.at == now
    row = KeptReading.objects.get()
    row.rows[0][1]["of_a_version_to_come"] = 1
    row.save()
    again = remembering.recall(acme, ACTIONS["home"], now=now)
    assert again is not None and again.rows == [post, ana]


def test_private_messages_are_not_kept(client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="My card is 4711")
    client.force_login(make_supervisor())
    assert "4711" in page(client, acme, "direct-messages", read="conversations")
    told = page(client, acme, "direct-messages")
    assert "4711" not in told and "What it tells is not kept." in told and not KeptReading.objects.exists()


def test_what_ended_from_here_is_read_no_more(client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    post = str(sandbox.act("post", user="acmehelp_demo", text="Good morning, all")["id"])
    client.force_login(make_supervisor())
    assert "Good morning, all" in page(client, acme, "timelines", read="own-posts")
    press(client, acme, "delete-post", post=post, tab="posts", confirmed="yes")
    assert "Good morning, all" not in page(client, acme, "timelines", show="own-posts")


def test_who_is_unmuted_here_is_among_the_muted_no_more(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_agent())
    press(client, acme, "mute", person=ANA, reason="Floods", tab="people")
    assert "@ana_demo" in page(client, acme, "people", read="muted")
    assert "@ana_demo" in page(client, acme, "people", show="muted")
    press(client, acme, "unmute", person=ANA, tab="people")
    assert 'class="sub">@ana_demo' not in page(client, acme, "people", show="muted")


def test_lists_are_chosen_by_name_and_another_one_is_named(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    press(client, acme, "create-list", name="Press", tab="lists")
    press(client, acme, "create-list", name="Partners", tab="lists")
    [press_id, partners_id] = [key for key, _name in own_lists.known(acme)]
    told = page(client, acme, "lists")
    assert f'<option value="{press_id}">Press</option>' in told and "Or another list" in told
    assert f'<option value="{press_id}" selected>Press</option>' in page(
        client, acme, "lists", form="add-member", list=press_id
    )
    both = {"list": press_id, "list-other": partners_id, "person": "@ana_demo", "tab": "lists"}
    press(client, acme, "add-member", **both)
    assert 'class="sub">@ana_demo' in page(client, acme, "lists", read="list-members", **{"list-other": partners_id})
    assert 'class="sub">@ana_demo' not in page(client, acme, "lists", read="list-members", list=press_id)


def test_who_and_what_was_read_is_offered_where_a_form_wants_one(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    post = mention(sandbox, "thanks!")
    client.force_login(make_agent())
    page(client, acme, "timelines", read="mentions")
    assert f'<option value="{post}">@ana_demo: @acmehelp_demo thanks!</option>' in page(client, acme, "posts")
    assert '<option value="@ana_demo">' in page(client, acme, "people")


def test_a_choice_that_need_not_be_made_says_what_it_stands_for(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    for tab in ("writing", "lists", "people", "profile-and-settings", "collections"):
        assert '<option value=""></option>' not in page(client, acme, tab)
    assert '<option value="">Everybody</option>' in page(client, acme, "writing")


def test_what_may_not_be_read_is_not_told_again(client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    mention(sandbox, "where is order 5521?")
    client.force_login(make_agent())
    page(client, acme, "timelines", read="mentions")
    acme.enabled = False
    acme.save()
    assert "order 5521" not in page(client, acme, "timelines", show="mentions")
    unknown = client.get(reverse("console", args=[acme.page_id, "timelines"]), {"show": "like"})
    assert unknown.status_code == 404
