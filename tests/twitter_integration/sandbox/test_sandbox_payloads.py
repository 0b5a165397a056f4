"""What a webhook receives: the wire form, Account Activity and X Activity documents."""

import json
from typing import Any

import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, Receiver, client_for, signature
from twitter_integration.sandbox.server import ThreadedSandbox


def only(sandbox: ThreadedSandbox, receiver: Receiver) -> dict[str, Any]:
    """The one body received since the last look."""
    assert sandbox.settle()
    assert len(receiver.bodies) == 1, [list(body) for body in receiver.bodies]
    body = receiver.bodies[0]
    receiver.received.clear()
    return body


def heard(sandbox: ThreadedSandbox, receiver: Receiver) -> list[str]:
    """X Activity event types received since the last look."""
    assert sandbox.settle()
    names = [body["data"]["event_type"] for body in receiver.bodies]
    receiver.received.clear()
    return names


def test_a_body_comes_compact_escaped_and_signed(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo café 😡 a/b")
    assert sandbox.settle()
    headers, body = receiver.received[0]
    assert rb"caf\u00e9 \ud83d\ude21 a\/b" in body
    assert b"<" not in body
    assert b'": ' not in body
    assert headers["x-twitter-webhooks-signature"] == signature(receiver.secret, body)
    assert headers["Content-Type"] == "application/json"
    assert not {"User-Agent", "Accept", "Accept-Encoding"} & set(headers)


def test_a_mention_begins_a_conversation_with_its_text_escaped(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Tom & I were charged <twice> 😡 #fail")
    body = only(sandbox, receiver)
    tweet = body["tweet_create_events"][0]
    assert (body["for_user_id"], body["user_has_blocked"]) == (ACME, False)
    assert tweet["text"] == "@acmehelp_demo Tom &amp; I were charged &lt;twice&gt; 😡 #fail"
    assert (tweet["in_reply_to_status_id"], tweet["in_reply_to_user_id_str"]) == (None, ACME)
    tag = tweet["entities"]["hashtags"][0]
    assert tweet["text"][slice(*tag["indices"])] == "#fail"
    assert isinstance(tweet["user"]["id"], int)
    assert tweet["timestamp_ms"] == str((int(tweet["id_str"]) >> 22) + 1288834974657)


def test_a_long_post_arrives_truncated_with_its_whole_beside(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    text = "@acmehelp_demo " + "It still fails for me & nobody cares. " * 10 + "See https://status.acme.example/x?a=1"
    sandbox.act("post", user="ana_demo", text=text, media=2)
    tweet = only(sandbox, receiver)["tweet_create_events"][0]
    whole = tweet["extended_tweet"]
    assert tweet["truncated"] is True
    assert len(tweet["text"]) <= 140
    assert "extended_entities" not in tweet
    link = whole["entities"]["urls"][0]
    assert whole["full_text"][slice(*link["indices"])] == link["url"]
    assert link["expanded_url"] == "https://status.acme.example/x?a=1"
    assert len(whole["extended_entities"]["media"]) == 2
    assert len(whole["entities"]["media"]) == 1
    shown = whole["full_text"][slice(*whole["display_text_range"])]
    assert not shown.endswith(whole["entities"]["media"][0]["url"])


def test_reposts_quotes_and_likes_carry_the_brands_post(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    post = acme.post("/2/tweets", json={"text": "Card payments are back."}).json()["data"]["id"]
    receiver.received.clear()
    sandbox.act("repost", user="ben_demo", post=post)
    repost = only(sandbox, receiver)["tweet_create_events"][0]
    assert repost["text"] == "RT @acmehelp_demo: Card payments are back."
    assert "timestamp_ms" not in repost["retweeted_status"]
    sandbox.act("quote", user="ana_demo", quote=post, text="Not for me")
    quote = only(sandbox, receiver)["tweet_create_events"][0]
    assert (quote["quoted_status"]["id_str"], quote["is_quote_status"]) == (post, True)
    sandbox.act("like", user="ana_demo", post=post)
    like = only(sandbox, receiver)["favorite_events"][0]
    assert isinstance(like["timestamp_ms"], int)
    assert like["favorited_status"]["favorite_count"] == 1


def test_follow_events_have_their_own_kind_of_user(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    sandbox.act("follow", user="ana_demo", to="acmehelp_demo")
    event = only(sandbox, receiver)["follow_events"][0]
    assert (event["type"], event["source"]["id"], event["target"]["id"]) == ("follow", ANA, ACME)
    assert "id_str" not in event["source"]
    assert event["source"]["profile_link_color"] == -1
    sandbox.act("unfollow", user="ana_demo", to="acmehelp_demo")
    assert sandbox.settle()
    assert receiver.bodies == [], "an unfollow is told only to the one who did it"


def test_a_message_with_a_picture_ends_in_its_link(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="here is the receipt", media=1)
    body = only(sandbox, receiver)
    data = body["direct_message_events"][0]["message_create"]["message_data"]
    media = data["attachment"]["media"]
    assert data["text"] == f"here is the receipt {media['url']}"
    assert data["text"][slice(*media["indices"])] == media["url"]
    assert acme.get(media["media_url_https"]).status_code == 200
    assert set(body["users"]) == {ACME, ANA}
    assert "apps" not in body


def test_the_echo_of_an_api_message_names_the_app(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": "On it"})
    body = only(sandbox, receiver)
    app_id = body["direct_message_events"][0]["message_create"]["source_app_id"]
    assert body["apps"][app_id]["name"] == "Kapture Demo"


def test_a_customers_deletion_is_not_told_and_the_brands_own_is(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    theirs = sandbox.act("post", user="ana_demo", text="@acmehelp_demo never mind")["id"]
    own = acme.post("/2/tweets", json={"text": "Oops"}).json()["data"]["id"]
    assert sandbox.settle()
    receiver.received.clear()
    sandbox.act("delete", user="ana_demo", post=theirs)
    acme.delete(f"/2/tweets/{own}")
    assert only(sandbox, receiver)["tweet_delete_events"][0]["status"] == {"id": own, "user_id": ACME}


def test_every_subscribed_user_gets_a_copy(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    ben = client_for(sandbox, BEN)
    ben.post(f"/2/account_activity/webhooks/{subscribed}/subscriptions/all", json={})
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo @ben_demo both of you")
    assert sandbox.settle()
    assert {body["for_user_id"] for body in receiver.bodies} == {ACME, BEN}


def test_a_revoked_app_hears_it_once_and_then_nothing(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    sandbox.act("revoke", user="acmehelp_demo")
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo anybody?")
    body = only(sandbox, receiver)
    assert body["user_event"]["revoke"]["source"] == {"user_id": ACME}
    assert "for_user_id" not in body
    assert acme.get("/2/users/me").json()["errors"][0]["code"] == 89


def test_x_activity_wraps_a_mention_with_its_people(
    sandbox: ThreadedSandbox, receiver: Receiver, x_subscribed: str
) -> None:
    made = sandbox.act("post", user="ana_demo", text="@acmehelp_demo charged twice")
    data = only(sandbox, receiver)["data"]
    assert (data["event_type"], data["tag"], data["filter"]) == ("post.mention.create", "acme", {"user_id": ACME})
    assert data["payload"]["id"] == made["id"]
    assert data["payload"]["public_metrics"]["like_count_str"] == "0"
    assert [user["username"] for user in data["includes"]["users"]] == ["ana_demo", "acmehelp_demo"]
    assert -(2**63) <= int(data["event_uuid"]) < 2**63


def test_x_activity_fires_a_reply_but_no_automatic_mention(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, x_subscribed: str
) -> None:
    post = acme.post("/2/tweets", json={"text": "Card payments are back."}).json()["data"]["id"]
    assert heard(sandbox, receiver) == ["post.create"]
    reply = sandbox.act("reply", user="ana_demo", in_reply_to=post, text="still broken here")["id"]
    assert heard(sandbox, receiver) == ["post.reply.create"]
    sandbox.act("reply", user="ben_demo", in_reply_to=reply, text="for me too")
    assert heard(sandbox, receiver) == [], "a reply to a reply fires nothing: the hole polling must fill"
    sandbox.act("reply", user="ben_demo", in_reply_to=reply, text="look here, @acmehelp_demo")
    assert heard(sandbox, receiver) == ["post.mention.create"]


def test_x_activity_messages_have_wrapped_people(
    sandbox: ThreadedSandbox, receiver: Receiver, x_subscribed: str
) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="Hi")
    payload = only(sandbox, receiver)["data"]["payload"]
    assert payload["direct_message_events"][0]["message_create"]["sender_id"] == ANA
    assert payload["users"][ANA]["data"]["username"] == "ana_demo"


def test_x_activity_wraps_the_author_of_a_deleted_post(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, x_subscribed: str
) -> None:
    own = acme.post("/2/tweets", json={"text": "Oops"}).json()["data"]["id"]
    receiver.received.clear()
    acme.delete(f"/2/tweets/{own}")
    data = only(sandbox, receiver)["data"]
    assert data["payload"] == {"id": own, "author_id": ACME}
    assert data["includes"]["users"][0]["data"]["username"] == "acmehelp_demo"


def test_the_newest_key_names_can_be_switched_on(
    sandbox: ThreadedSandbox, receiver: Receiver, x_subscribed: str
) -> None:
    sandbox.world.switches.post_names = True
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")
    data = only(sandbox, receiver)["data"]
    assert "edit_history_post_ids" in data["payload"]
    assert "posts" in data["includes"]


def test_any_body_can_be_delivered_signed(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    url = sandbox.base_url + "/sandbox/api/deliver"
    requests.post(url, json={"document": {"for_user_id": ACME, "new_events": [1]}}, timeout=5)
    requests.post(url, json={"raw": "not json"}, timeout=5)
    assert sandbox.settle()
    assert [body for _, body in receiver.received] == [
        json.dumps({"for_user_id": ACME, "new_events": [1]}, separators=(",", ":")).encode(),
        b"not json",
    ]
