"""Every act through the API reaches webhooks as X tells it: once in Account Activity, once in X Activity."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, Receiver
from tests.twitter_integration.sandbox.files import JPEG
from twitter_integration.sandbox.event_types import PRIVATE, PUBLIC
from twitter_integration.sandbox.server import ThreadedSandbox

UNUSED = ("oauth.revoke", "news.new", "chat.conversation_join")
"""Filterless, not about accounts, an alias."""


@pytest.fixture
def told(sandbox: ThreadedSandbox, acme: Client, subscribed: str, receiver: Receiver) -> Receiver:
    """Acme hears of everything, in both dialects."""
    sandbox.world.switches.set("tier", "enterprise")
    for name in sorted(PRIVATE | PUBLIC):
        if name not in UNUSED:
            row = {"event_type": name, "filter": {"user_id": ACME}, "webhook_id": subscribed}
            assert acme.post("/2/activity/subscriptions", json=row).status_code == 200, name
    return receiver


def names(receiver: Receiver) -> set[str]:
    """What came since the last look: array names of one dialect, event types of the other."""
    bodies = receiver.bodies
    receiver.received.clear()
    classic = {
        f"{key}:{body[key][0].get('type', '')}".rstrip(":")
        for body in bodies
        for key in body
        if key.endswith("_events")
    }
    return classic | {body["data"]["event_type"] for body in bodies if "data" in body}


def test_acts_of_the_account_are_told(sandbox: ThreadedSandbox, acme: Client, told: Receiver) -> None:
    asked = sandbox.act("post", user="ana_demo", text="nobody is named")["id"]
    user, target, post = f"/2/users/{ACME}", {"target_user_id": ANA}, {"tweet_id": asked}

    def done(method: str, path: str, **body: Any) -> set[str]:
        assert acme.request(method, path, json=body or None).ok
        sandbox.settle()
        return names(told)

    made = "tweet_create_events"
    assert done("POST", f"{user}/likes", **post) == {"favorite_events", "like.create"}
    assert done("POST", f"{user}/retweets", **post) == {made, "post.create"}
    assert done("DELETE", f"{user}/retweets/{asked}") == {"tweet_delete_events", "post.delete"}
    assert done("POST", f"{user}/following", **target) == {"follow_events:follow", "follow.follow"}
    assert done("DELETE", f"{user}/following/{ANA}") == {"follow_events:unfollow", "follow.unfollow"}
    assert done("POST", f"{user}/muting", **target) == {"mute_events:mute", "mute.mute"}
    assert done("DELETE", f"{user}/muting/{ANA}") == {"mute_events:unmute", "mute.unmute"}
    assert done("POST", f"{user}/blocking", **target) == {"block_events:block", "block.block"}
    assert done("DELETE", f"{user}/blocking/{ANA}") == {"block_events:unblock", "block.unblock"}
    assert done("POST", "/2/tweets", text="News", quote_tweet_id=asked) == {made, "post.create"}
    assert done("POST", f"/2/dm_conversations/with/{BEN}/messages", text="hi") == {
        "direct_message_events:message_create",
        "dm.sent",
    }
    assert done("PUT", "/2/users/me", name="Care", description="Day and night", url="https://a.example") == {
        "profile.update.screenname",
        "profile.update.bio",
        "profile.update.url",
    }
    assert done("DELETE", f"{user}/likes/{asked}") == set()  # an unlike is told by nobody


def test_acts_that_x_tells_nobody_are_not_told(sandbox: ThreadedSandbox, acme: Client, told: Receiver) -> None:
    reply = sandbox.act("reply", user="ana_demo", text="hm", in_reply_to=acme_post(acme))["id"]
    sandbox.settle()
    names(told)
    acme.put(f"/2/tweets/{reply}/hidden", json={"hidden": True})
    acme.post(f"/2/users/{ANA}/dm/block")
    made = acme.post("/2/lists", json={"name": "VIPs"}).json()["data"]["id"]
    acme.post(f"/2/lists/{made}/members", json={"user_id": ANA})
    acme.put("/2/users/me/settings", json={"display_sensitive_media": True})
    sandbox.settle()
    assert names(told) == set()


def acme_post(acme: Client) -> str:
    return str(acme.post("/2/tweets", json={"text": "Good morning"}).json()["data"]["id"])


def test_pictures_of_the_profile_are_told_in_v1_too(sandbox: ThreadedSandbox, acme: Client, told: Receiver) -> None:
    acme.post("/1.1/account/update_profile_image.json", files={"image": JPEG})
    acme.post("/1.1/account/update_profile_banner.json", files={"banner": JPEG})
    acme.post("/1.1/account/update_profile.json", data={"location": "Porto"})
    sandbox.settle()
    updates = ("profile_picture", "banner_picture", "geo")
    assert names(told) == {f"profile.update.{name}" for name in updates}


def test_the_other_party_hears_of_v1_typing_and_reading(
    sandbox: ThreadedSandbox, acme: Client, ana: Client, told: Receiver
) -> None:
    path = f"/2/dm_conversations/with/{ANA}/messages"
    sent = acme.post(path, json={"text": "hello"}).json()["data"]["dm_event_id"]
    sandbox.settle()
    names(told)
    ana.post("/1.1/direct_messages/indicate_typing.json", data={"recipient_id": ACME})
    ana.post("/1.1/direct_messages/mark_read.json", data={"recipient_id": ACME, "last_read_event_id": sent})
    sandbox.settle()
    assert names(told) == {
        "direct_message_indicate_typing_events",
        "direct_message_mark_read_events",
        "dm.indicate_typing",
        "dm.read",
    }
