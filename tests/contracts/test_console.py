"""Every row of the console's table, in every dialect that has it, against a live X: what was done is there."""

import re
from uuid import uuid4

import pytest
import requests

from tests.contracts.operated import PROVED, Console, connect, console, proves, world
from tests.factories import ACME, make_supervisor
from tickets.outbox import pump
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import AccountView
from twitter_integration.offers import Dialect
from twitter_integration.sandbox import posts, users

__all__ = ["console", "world"]
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\x0bIDATx\x9cc\xf8\x0f\x04\x00\t\xfb\x03\xfd\xfb^k+\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_every_action_is_proved_in_every_dialect_that_has_it() -> None:
    """Those that X has no part in, and the outbox's, have no dialect of their own."""
    missing = {name: set(action.ways) - PROVED.get(name, set()) for name, action in ACTIONS.items()}
    assert {name: ways for name, ways in missing.items() if ways} == {}


@proves("mentions")
def test_mentions_newest_first_page_by_page(console: Console, dialect: Dialect) -> None:
    asked = [console.post() for _ in range(7)]
    first = console.do("mentions", dialect, count=5).outcome
    assert [post.id for post in first.rows] == asked[:1:-1]
    second = console.do("mentions", dialect, count=5, page=first.next_page).outcome
    assert [post.id for post in second.rows][:2] == asked[1::-1]


@proves("home")
def test_the_home_timeline_has_protected_authors_whom_we_follow(console: Console, dialect: Dialect) -> None:
    store = console.sandbox.world.store
    acme, ulla = (users.get(store, int(number)) for number in (ACME, console.person("ulla_demo")))
    users.relate(store, "follow", source=acme, target=ulla)
    post = console.post("ulla_demo", f"For friends only {uuid4()}.")
    rows = {row.id: row for row in console.do("home", dialect).outcome.rows}
    assert rows[post].author.protected


@proves("own-posts")
def test_own_posts(console: Console, dialect: Dialect) -> None:
    post = console.post("acmehelp_demo", f"News {uuid4()}.")
    assert console.read("own-posts", dialect)[0] == post


@proves("repost", "undo-repost")
def test_a_repost_and_back(console: Console, dialect: Dialect) -> None:
    asked = console.post()
    console.do("repost", dialect, post=asked)
    assert console.do("own-posts").outcome.rows[0].reposted_id == asked
    console.do("undo-repost", dialect, post=asked)
    assert all(row.reposted_id != asked for row in console.do("own-posts").outcome.rows)
    console.do("undo-repost", dialect, post=asked)


@proves("like", "unlike")
def test_a_like_and_back(console: Console, dialect: Dialect) -> None:
    asked = console.post()
    for action, likes in (("like", 1), ("like", 1), ("unlike", 0), ("unlike", 0)):
        console.do(action, dialect, post=asked)
        assert posts.metrics(console.sandbox.world.store, int(asked))["like_count"] == likes


@proves("hide-reply", "unhide-reply")
def test_a_reply_is_hidden_and_shown(console: Console, dialect: Dialect) -> None:
    reply = console.post(in_reply_to=console.post("acmehelp_demo", f"News {uuid4()}."))
    assert console.do("hide-reply", dialect, post=reply).outcome.facts == {"hidden": True}
    assert console.do("unhide-reply", dialect, post=reply).outcome.facts == {"hidden": False}


@proves("delete-post")
def test_an_own_post_is_deleted_and_twice_is_no_error(console: Console, dialect: Dialect) -> None:
    post = console.post("acmehelp_demo", f"Wrong {uuid4()}.")
    for _ in range(2):
        console.do("delete-post", dialect, post=post)
    assert post not in console.read("own-posts")


@proves("follow", "following", "unfollow")
def test_following_and_no_more(console: Console, dialect: Dialect) -> None:
    hanna = console.person("hanna_demo")
    console.do("follow", dialect, person="@hanna_demo")
    assert hanna in console.read("following", dialect)
    console.do("unfollow", dialect, person=hanna)
    assert hanna not in console.read("following", dialect)


@proves("followers")
def test_followers(console: Console, dialect: Dialect) -> None:
    console.sandbox.act("follow", user="ben_demo", to="acmehelp_demo")
    assert console.person("ben_demo") in console.read("followers", dialect)


@proves("mute", "muted", "unmute")
def test_muted_and_no_more(console: Console, dialect: Dialect) -> None:
    diego = console.person("diego_demo")
    console.do("mute", dialect, person=diego)
    assert console.read("muted", dialect) == [diego]
    for _ in range(2):
        console.do("unmute", dialect, person=diego)
    assert console.read("muted", dialect) == []


@proves("block", "blocked", "unblock")
def test_blocked_and_no_more(console: Console, dialect: Dialect) -> None:
    emre = console.person("emre_demo")
    console.do("block", dialect, person=emre)
    assert console.read("blocked", dialect) == [emre]
    console.do("unblock", dialect, person=emre)
    assert console.read("blocked", dialect) == []


@proves("report")
def test_reported_and_blocked_in_the_same_breath(console: Console, dialect: Dialect) -> None:
    will = console.person("will_demo")
    console.do("report", dialect, person=will, block="yes")
    assert will in console.read("blocked")
    console.do("unblock", person=will)


@proves("profile", "update-profile")
def test_the_profile_is_changed_and_read(console: Console, dialect: Dialect) -> None:
    bio = f"We answer {uuid4()}."
    console.do("update-profile", dialect, name="Acme Help", description=bio, location="", url="https://acme.example/")
    (profile,) = console.do("profile", dialect).outcome.rows
    assert (profile.name, profile.bio, profile.location) == ("Acme Help", bio, "")
    assert AccountView.objects.get().profile["bio"] == bio


@proves("picture")
def test_a_new_picture(console: Console, dialect: Dialect) -> None:
    before = console.do("profile").outcome.rows[0].avatar_url
    console.do("picture", dialect, picture=PIXEL)
    picture = console.do("profile").outcome.rows[0].avatar_url
    assert picture != before and f'src="{picture}"' in _page_on_x(console)
    assert requests.get(picture, timeout=5).content == PIXEL


@proves("banner", "remove-banner")
def test_a_banner_and_none(console: Console, dialect: Dialect) -> None:
    console.do("banner", dialect, picture=PIXEL)
    shown = re.search(r'src="([^"]+)"[^>]* id="banner"', _page_on_x(console))
    assert shown and requests.get(shown[1], timeout=5).content == PIXEL
    console.do("remove-banner", dialect)
    assert 'id="banner"' not in _page_on_x(console)


@proves("settings")
def test_the_settings_are_read_and_kept(console: Console, dialect: Dialect) -> None:
    told = console.do("settings", dialect).outcome.facts["settings"]
    assert told["screen_name"] == "acmehelp_demo" and AccountView.objects.get().settings == told


@proves("update-settings")
def test_quiet_hours_are_set(console: Console, dialect: Dialect) -> None:
    start = 22 if dialect == Dialect.V2 else 23
    console.do("update-settings", dialect, quiet_hours="yes", quiet_from=start, quiet_to=7, language="de")
    told = console.do("settings").outcome.facts["settings"]
    assert told["language"] == "de"
    assert told["sleep_time"]["enabled"] and int(told["sleep_time"]["start_time"]) == start


@proves("create-list", "lists", "show-list", "update-list", "delete-list")
def test_a_list_is_made_changed_and_deleted(console: Console, dialect: Dialect) -> None:
    made = console.do("create-list", dialect, name="Partners", description="Who carries", private="yes").outcome.result
    assert made in console.read("lists", dialect)
    console.do("update-list", dialect, list=made, name="Carriers", private="no")
    (shown,) = console.do("show-list", dialect, list=made).outcome.rows
    assert (shown.name, shown.description, shown.private) == ("Carriers", "Who carries", False)
    console.do("delete-list", dialect, list=made)
    assert made not in console.read("lists", dialect)


@proves("add-member", "list-members", "list-posts", "remove-member")
def test_members_come_and_go_and_their_posts_are_read(console: Console, dialect: Dialect) -> None:
    made = console.do("create-list", name=f"M {dialect}").outcome.result
    console.do("add-member", dialect, list=made, person="@lena_demo")
    assert console.read("list-members", dialect, list=made) == [console.person("lena_demo")]
    post = console.post("lena_demo", f"Berge {uuid4()}.")
    assert console.read("list-posts", dialect, list=made)[0] == post
    console.do("remove-member", dialect, list=made, person="@lena_demo")
    assert console.read("list-members", dialect, list=made) == []


@proves("follow-list", "followed-lists", "unfollow-list")
def test_somebody_else_s_list_is_followed(console: Console, dialect: Dialect) -> None:
    theirs = _list_of_cargo(console)
    console.do("follow-list", dialect, list=theirs)
    assert theirs in console.read("followed-lists", dialect)
    console.do("unfollow-list", dialect, list=theirs)
    assert theirs not in console.read("followed-lists", dialect)


@proves("memberships")
def test_the_lists_it_is_in(console: Console, dialect: Dialect) -> None:
    theirs = _list_of_cargo(console, member=console.account.page_id)
    assert theirs in console.read("memberships", dialect)


@proves("pin-list", "pinned-lists", "unpin-list")
def test_a_list_is_pinned(console: Console, dialect: Dialect) -> None:
    made = console.do("create-list", name="Pinned").outcome.result
    console.do("pin-list", dialect, list=made)
    assert made in console.read("pinned-lists", dialect)
    console.do("unpin-list", dialect, list=made)
    assert made not in console.read("pinned-lists", dialect)


@proves("conversations", "conversation")
def test_conversations_and_one_of_them(console: Console, dialect: Dialect) -> None:
    sent = console.sandbox.act("dm", user="marco_demo", to="acmehelp_demo", text=f"Hello {uuid4()}")
    marco = console.person("marco_demo")
    assert console.do("conversations", dialect).outcome.rows[0].person.id == marco
    assert console.read("conversation", dialect, person=marco)[0] == str(sent["id"])


@proves("mark-read", "typing")
def test_read_and_typing_are_told(console: Console, dialect: Dialect) -> None:
    sent = console.sandbox.act("dm", user="olu_demo", to="acmehelp_demo", text="Are you there?")
    console.do("mark-read", dialect, person="@olu_demo", message=sent["id"])
    console.do("typing", dialect, person="@olu_demo")


@proves("delete-message")
def test_a_message_is_deleted_for_us(console: Console, dialect: Dialect) -> None:
    sent = console.sandbox.act("dm", user="acmehelp_demo", to="paula_demo", text=f"Hola {uuid4()}")
    console.do("delete-message", dialect, message=sent["id"])
    assert str(sent["id"]) not in console.read("conversation", person="@paula_demo")


@proves("block-messages", "allow-messages")
def test_somebody_s_messages_are_blocked_and_allowed(console: Console, dialect: Dialect) -> None:
    console.do("block-messages", dialect, person="@tom_demo")
    console.do("allow-messages", dialect, person="@tom_demo")


@pytest.mark.django_db(transaction=True)
def test_what_is_written_goes_out_through_the_outbox_once(console: Console, settings: object) -> None:
    settings.UNDO_SECONDS = 0  # type: ignore[attr-defined]  # pytest-django's settings
    console.by = make_supervisor()
    asked, news = console.post(), f"News {uuid4()}."
    console.do("post", text=news)
    console.do("reply", post=asked, text=f"Soon {uuid4()}.")
    console.do("quote", quote=asked, text=f"See {uuid4()}.")
    console.do("message", person="@sora_demo", text=f"Hello {uuid4()}.")
    assert pump() == 4
    quote, reply, post = console.do("own-posts").outcome.rows[:3]
    assert (quote.quoted_id, reply.in_reply_to_id, post.text) == (asked, asked, news)
    assert len(console.read("conversation", person="@sora_demo")) == 1


def _page_on_x(console: Console) -> str:
    return requests.get(f"{console.sandbox.base_url}/acmehelp_demo", timeout=5).text


def _list_of_cargo(console: Console, *, member: str = "") -> str:
    """A list of the other brand's, maybe with somebody in it."""
    cargo = Console(account=connect(console.sandbox, 1), sandbox=console.sandbox)
    made = cargo.do("create-list", name="Cargo").outcome.result
    if member:
        cargo.do("add-member", list=made, person=member)
    return made
