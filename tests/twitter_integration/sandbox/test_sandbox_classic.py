"""v1.1 by tweepy: tweets, likes, people, blocks, mutes, messages, and what X answers where it does not want to."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, ULLA, Client, Receiver, old_tweepy_of
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


def handles(people: Any) -> list[str]:
    return [person.screen_name for person in people]


def texts(statuses: Any) -> list[str]:
    return [status.text for status in statuses]


def refused(code: int) -> Any:
    return pytest.raises(tweepy.HTTPException, match=f"^4.*\n{code} - ")


def test_a_reply_needs_the_name_or_the_word_for_it(sandbox: ThreadedSandbox, classic: Any) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo and @ben_demo, hello?")["id"]
    alone = classic.update_status("Hello!", in_reply_to_status_id=asked)
    assert (alone.in_reply_to_status_id_str, alone.text) == (None, "Hello!")
    named = classic.update_status("@ana_demo Hello!", in_reply_to_status_id=asked)
    assert (named.in_reply_to_status_id_str, named.text) == (asked, "@ben_demo @ana_demo Hello!")
    options = {"in_reply_to_status_id": asked, "auto_populate_reply_metadata": True, "exclude_reply_user_ids": BEN}
    assert classic.update_status("Good morning!", **options).text == "@ana_demo Good morning!"


def test_a_quote_is_an_attached_address(sandbox: ThreadedSandbox, classic: Any) -> None:
    asked = sandbox.act("post", user="ana_demo", text="lovely")["id"]
    quote = classic.update_status("Thanks", attachment_url=f"https://twitter.com/ana_demo/status/{asked}")
    assert quote.is_quote_status and quote.quoted_status_id_str == asked
    with refused(44):
        classic.update_status("Thanks", attachment_url="https://acme.example")


def test_what_cannot_be_written_has_its_code(sandbox: ThreadedSandbox, classic: Any) -> None:
    closed = sandbox.act("post", user="ana_demo", text="hm", reply_settings="following")["id"]
    reply = {"auto_populate_reply_metadata": True}
    classic.update_status("All on time")
    with refused(187):
        classic.update_status("All on time")
    with refused(186):
        classic.update_status("x" * 281)
    with refused(170):
        classic.update_status("")
    with refused(433):
        classic.update_status("Hm?", in_reply_to_status_id=closed, **reply)
    with refused(385):
        classic.update_status("Hm?", in_reply_to_status_id="1", **reply)


def test_retweets_and_likes_are_done_once_and_undone(sandbox: ThreadedSandbox, classic: Any) -> None:
    post = sandbox.act("post", user="ana_demo", text="boarding")["id"]
    assert classic.retweet(post).retweeted_status.id_str == post
    assert classic.create_favorite(post).favorited is True
    assert classic.get_status(post).retweeted is True
    with refused(327):
        classic.retweet(post)
    with refused(139):
        classic.create_favorite(post)
    assert texts(classic.get_favorites()) == ["boarding"]
    assert (classic.unretweet(post).retweeted, classic.destroy_favorite(post).favorited) == (False, False)
    with refused(144):
        classic.destroy_favorite(post)


def test_timelines_page_by_id(sandbox: ThreadedSandbox, classic: Any) -> None:
    classic.create_friendship(user_id=ANA)
    said = [sandbox.act("post", user="ana_demo", text=f"day {number}")["id"] for number in range(4)]
    assert texts(classic.home_timeline(count=2)) == ["day 3", "day 2"]
    assert texts(classic.home_timeline(count=2, max_id=int(said[2]) - 1)) == ["day 1", "day 0"]
    assert texts(classic.user_timeline(screen_name="ana_demo", since_id=said[2])) == ["day 3"]
    assert texts(classic.lookup_statuses([said[0], "1"])) == ["day 0"]
    sandbox.act("post", user="ulla_demo", text="psst")
    with pytest.raises(tweepy.Unauthorized):
        classic.user_timeline(user_id=ULLA)


def test_following_and_how_two_stand(
    sandbox: ThreadedSandbox, classic: Any, subscribed: str, receiver: Receiver
) -> None:
    assert classic.create_friendship(screen_name="ana_demo").following is True
    classic.create_friendship(user_id=BEN)
    assert classic.create_friendship(user_id=ULLA).follow_request_sent is True
    with refused(160):
        classic.create_friendship(user_id=ULLA)
    with refused(158):
        classic.create_friendship(user_id=ACME)
    mine, hers = classic.get_friendship(source_id=ACME, target_id=ANA)
    assert (mine.following, mine.can_dm, hers.followed_by) == (True, True, True)
    ids, (_, following) = classic.get_friend_ids(count=1, cursor=-1)
    rest, (_, end) = classic.get_friend_ids(count=1, cursor=following)
    assert ([*ids, *rest], end) == ([int(BEN), int(ANA)], 0)
    assert handles(classic.get_friends()) == ["ben_demo", "ana_demo"]
    assert handles(classic.get_followers(user_id=ANA)) == ["acmehelp_demo"]
    classic.destroy_friendship(user_id=ANA)
    assert [event["follow_events"][0]["type"] for event in receiver.bodies] == ["follow", "follow", "unfollow"]


def test_blocks_mutes_and_reports(sandbox: ThreadedSandbox, classic: Any, subscribed: str, receiver: Receiver) -> None:
    assert classic.create_block(user_id=ANA).blocking is True
    assert classic.create_mute(user_id=BEN).muting is True
    assert (classic.get_blocked_ids(), classic.get_muted_ids()) == ([int(ANA)], [int(BEN)])
    assert (handles(classic.get_blocks()), handles(classic.get_mutes())) == (["ana_demo"], ["ben_demo"])
    classic.destroy_block(user_id=ANA)
    classic.destroy_mute(user_id=BEN)
    with refused(272):
        classic.destroy_mute(user_id=BEN)
    with refused(271):
        classic.create_mute(user_id=ACME)
    classic.report_spam(user_id=BEN, perform_block=False)
    assert classic.report_spam(user_id=ANA).blocking is True
    assert classic.get_blocked_ids() == [int(ANA)]
    told = [next(iter(body[key])) for body in receiver.bodies for key in body if key.endswith("_events")]
    assert [event["type"] for event in told] == ["block", "mute", "unblock", "unmute", "block"]


def test_people_are_shown_by_name(classic: Any) -> None:
    assert classic.get_user(screen_name="ana_demo").id_str == ANA
    assert handles(classic.lookup_users(screen_name=["ana_demo", "ben_demo"])) == ["ana_demo", "ben_demo"]
    with refused(50):
        classic.get_user(screen_name="nobody_demo")
    with refused(17):
        classic.lookup_users(user_id=["17"])


def test_messages_are_read_and_deleted_for_oneself(
    sandbox: ThreadedSandbox, classic: Any, receiver: Receiver, subscribed: str
) -> None:
    first = sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="one")["id"]
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="two")
    classic.mark_direct_message_read(first, ANA)
    classic.indicate_direct_message_typing(ANA)
    with refused(38):
        classic.mark_direct_message_read("17", ANA)
    classic.delete_direct_message(first)
    with refused(34):
        classic.get_direct_message(first)
    left = [event.message_create["message_data"]["text"] for event in classic.get_direct_messages()]
    theirs = old_tweepy_of(sandbox, ANA).get_direct_messages()
    assert (left, len(theirs)) == (["two"], 2)


def test_withdrawn_calls_say_so(classic: Any, acme: Client) -> None:
    gone = acme.get("/1.1/collections/entries.json", params={"id": "custom-1"})
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (410, 251)
    with refused(251):
        classic.search_tweets("hello")
    with refused(251):
        classic.search_users("ana")


@pytest.mark.parametrize(
    "path", ["statuses/home_timeline", "friends/list", "lists/list", "account/settings", "blocks/ids", "users/show"]
)
def test_self_serve_has_none_of_it(acme: Client, path: str) -> None:
    answer = acme.get(f"/1.1/{path}.json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, 453)


def test_a_token_that_only_reads_changes_nothing(sandbox: ThreadedSandbox, classic: Any) -> None:
    sandbox.world.store.run("UPDATE token SET permission = 'read'")
    with refused(261):
        classic.create_favorite("1")
    with refused(261):
        classic.create_block(user_id=ANA)
    with refused(261):
        classic.update_profile(name="Acme")
    assert classic.lookup_users(user_id=[ANA]) and classic.lookup_statuses(["1"]) == []
