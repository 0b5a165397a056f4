"""Who follows, blocks and mutes whom, driven by tweepy; pages of people, the home timeline, search for people."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, ULLA, Client, Receiver, tweepy_of
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


@pytest.fixture
def client(sandbox: ThreadedSandbox) -> Any:
    sandbox.world.switches.set("tier", "enterprise")
    return tweepy_of(sandbox, ACME)


def handles(page: Any) -> list[str]:
    return [item.username for item in page.data or []]


def texts(page: Any) -> list[str]:
    return [item.text for item in page.data or []]


def test_a_follow_begins_and_ends(client: Any) -> None:
    assert client.follow_user(ANA).data == {"following": True, "pending_follow": False}
    client.follow_user(BEN)
    first = client.get_users_following(ACME, max_results=1, user_auth=True)
    rest = client.get_users_following(ACME, pagination_token=first.meta["next_token"], user_auth=True)
    assert (handles(first), handles(rest)) == (["ben_demo"], ["ana_demo"])
    assert handles(client.get_users_followers(ANA, user_auth=True)) == ["acmehelp_demo"]
    assert client.unfollow_user(ANA).data == {"following": False}
    assert handles(client.get_users_following(ACME, user_auth=True)) == ["ben_demo"]


def test_a_protected_account_is_asked_first(sandbox: ThreadedSandbox, client: Any) -> None:
    assert client.follow_user(ULLA).data == {"following": False, "pending_follow": True}
    standing = client.get_user(id=ULLA, user_fields=["connection_status"], user_auth=True).data
    assert standing.data["connection_status"] == ["follow_request_sent"]
    sandbox.act("post", user="ulla_demo", text="a quiet day")
    assert client.get_users_tweets(ULLA, user_auth=True).errors[0]["title"] == "Authorization Error"
    sandbox.act("accept", user="ulla_demo", to="acmehelp_demo")
    assert texts(client.get_users_tweets(ULLA, user_auth=True)) == ["a quiet day"]
    assert "a quiet day" in texts(client.get_home_timeline())


def test_the_home_timeline_holds_whom_one_follows_and_not_whom_one_muted(sandbox: ThreadedSandbox, client: Any) -> None:
    client.follow_user(ANA)
    client.follow_user(BEN)
    said = sandbox.act("post", user="ana_demo", text="boarding")["id"]
    sandbox.act("post", user="ben_demo", text="at home")
    sandbox.act("reply", user="ana_demo", in_reply_to=said, text="now")
    assert texts(client.get_home_timeline())[:3] == ["now", "at home", "boarding"]
    client.mute(BEN)
    assert texts(client.get_home_timeline(exclude=["replies"]))[:1] == ["boarding"]


def test_blocking_ends_following_and_messages_both_ways(sandbox: ThreadedSandbox, client: Any, acme: Client) -> None:
    sandbox.act("follow", user="ana_demo", to="acmehelp_demo")
    answer = acme.post(f"/2/users/{ACME}/blocking", json={"target_user_id": ANA})
    assert answer.json() == {"data": {"blocking": True}}
    assert handles(client.get_blocked()) == ["ana_demo"]
    assert handles(client.get_users_followers(ACME, user_auth=True)) == []
    fields = ["connection_status", "receives_your_dm"]
    seen = client.get_user(id=ANA, user_fields=fields, user_auth=True).data.data
    assert (seen["connection_status"], seen["receives_your_dm"]) == (["blocking"], False)
    ana = tweepy_of(sandbox, ANA)
    with pytest.raises(tweepy.Forbidden, match="blocked from following"):
        ana.follow_user(ACME)
    with pytest.raises(tweepy.Forbidden, match="cannot send messages"):
        ana.create_direct_message(participant_id=ACME, text="hello?")
    assert acme.delete(f"/2/users/{ACME}/blocking/{ANA}").json() == {"data": {"blocking": False}}


def test_who_is_shut_out_of_messages_still_reads_along(sandbox: ThreadedSandbox, client: Any, acme: Client) -> None:
    assert acme.post(f"/2/users/{ANA}/dm/block").json() == {"data": {"blocked": True}}
    ana = tweepy_of(sandbox, ANA)
    with pytest.raises(tweepy.Forbidden):
        ana.create_direct_message(participant_id=ACME, text="hello?")
    assert client.create_direct_message(participant_id=ANA, text="by post, please").data["dm_event_id"]
    assert acme.post(f"/2/users/{ANA}/dm/unblock").json() == {"data": {"blocked": False}}
    assert ana.create_direct_message(participant_id=ACME, text="thanks").data["dm_event_id"]


def test_mutes_are_told_and_listed(client: Any, subscribed: str, receiver: Receiver) -> None:
    assert client.mute(BEN).data == {"muting": True}
    assert handles(client.get_muted()) == ["ben_demo"]
    assert receiver.bodies[-1]["mute_events"][0]["type"] == "mute"
    client.unmute(BEN)
    assert receiver.bodies[-1]["mute_events"][0]["type"] == "unmute"


def test_people_are_found_by_name_handle_and_several_at_once(client: Any, acme: Client) -> None:
    found = acme.get("/2/users/search", params={"query": "ana demo", "user.fields": "connection_status"}).json()
    assert [person["username"] for person in found["data"]] == ["ana_demo"]
    assert acme.get("/2/users/search", params={"query": "ana@demo"}).status_code == 400
    several = client.get_users(usernames=["ana_demo", "nobody_demo"], user_auth=True)
    assert (handles(several), several.errors[0]["value"]) == (["ana_demo"], "nobody_demo")


def test_likes_and_reposts_are_told_and_listed(
    sandbox: ThreadedSandbox, client: Any, subscribed: str, receiver: Receiver
) -> None:
    post = sandbox.act("post", user="ana_demo", text="boarding")["id"]
    assert client.like(post).data == {"liked": True}
    assert client.retweet(post).data["retweeted"] is True
    sandbox.settle()
    assert [key for body in receiver.bodies for key in body if key.endswith("_events")] == [
        "favorite_events",
        "tweet_create_events",
    ]
    assert handles(client.get_liking_users(post)) == handles(client.get_retweeters(post)) == ["acmehelp_demo"]
    assert texts(client.get_liked_tweets(ACME)) == ["boarding"]
    assert (client.unlike(post).data, client.unretweet(post).data) == ({"liked": False}, {"retweeted": False})
    assert handles(client.get_liking_users(post)) == handles(client.get_retweeters(post)) == []


def test_replies_are_hidden_by_whose_conversation_it_is(sandbox: ThreadedSandbox, client: Any) -> None:
    post = client.create_tweet(text="Boarding now").data["id"]
    reply = sandbox.act("reply", user="ana_demo", in_reply_to=post, text="spam")["id"]
    assert client.hide_reply(reply).data == {"hidden": True}
    assert client.unhide_reply(reply).data == {"hidden": False}
    with pytest.raises(tweepy.Forbidden):
        tweepy_of(sandbox, ANA).hide_reply(reply)
