"""Every activity as X Activity delivers it."""

import json
from datetime import UTC, datetime

import pytest

from tests.twitter_integration.payloads.samples import ACME, ANA, current, only
from twitter_integration.events import (
    UNDATED,
    EncryptedMessage,
    Kind,
    LikeEvent,
    MessageEvent,
    PostDeleted,
    PostEvent,
    ProfileChanged,
    ReadEvent,
    RelationEvent,
    RevokedEvent,
    TypingEvent,
    UnknownEvent,
)
from twitter_integration.payloads import parse


@pytest.mark.parametrize(
    "name",
    [
        "post_by_us",
        "reply_by_us",
        "quote_by_us",
        "repost_by_us",
        "mention",
        "reply_to_us",
        "quote_of_us",
        "repost_of_us",
    ],
)
def test_a_post_has_its_role(name: str) -> None:
    event = only(current(name), PostEvent)
    assert (event.kind, event.account_id, event.key) == (Kind(name), ACME, f"post:{event.post.id}")
    assert event.post.author.id == (ACME if name.endswith("by_us") else ANA)


def test_a_mention_takes_its_author_from_the_included_users() -> None:
    post = only(current("mention"), PostEvent).post
    assert (post.author.handle, post.author.followers) == ("ana_demo", 120)
    assert post.text == "@acmehelp_demo charged twice, order 5521"
    assert (post.in_reply_to_id, post.in_reply_to_person_id) == ("", ACME)
    assert post.created_at == datetime(2026, 7, 25, 17, 21, 0, 456_000, tzinfo=UTC)
    assert post.conversation_id == post.id


def test_an_author_who_was_not_included_is_an_id() -> None:
    event = only(current("reply_to_us"), PostEvent)
    assert (event.post.author.id, event.post.author.handle) == (ANA, "")
    assert event.post.in_reply_to_id == "2081066952368848897"
    assert event.post.text == "@acmehelp_demo still broken here"


def test_a_quote_hides_the_link_and_keeps_the_id_of_the_quoted_post() -> None:
    post = only(current("quote_of_us"), PostEvent).post
    assert (post.text, post.quoted_id, post.quoted) == ("Not for me", "2081066952368848897", None)
    assert post.original_text == "Not for me https://t.co/qUoTeLnk01"


def test_a_quote_that_also_mentions_us_is_a_quote() -> None:
    body = current("quote_of_us")
    body["data"]["payload"]["entities"]["mentions"] = [{"start": 0, "end": 3, "username": "Not", "id": ACME}]
    assert only(body, PostEvent).kind is Kind.QUOTE_OF_US


def test_a_mention_event_about_a_reply_to_us_is_the_reply() -> None:
    body = current("reply_to_us")
    body["data"]["event_type"] = "post.mention.create"
    assert only(body, PostEvent).kind is Kind.REPLY_TO_US


def test_a_long_post_is_read_from_its_note_in_the_post_naming() -> None:
    post = only(current("mention_long"), PostEvent).post
    assert post.text.startswith("@acmehelp_demo Tom & I still wait.")
    assert post.text.endswith("Please look at acme.example/orders/5521 soon")
    assert post.spans[-1].title == "https://acme.example/orders/5521"
    assert post.version_ids == (post.id,)
    (photo,) = post.media
    assert (photo.id, photo.alt_text) == ("2081067820000000001", "A screenshot of error E-1042")


def test_media_without_their_file_are_known_by_kind() -> None:
    body = current("mention_long")
    del body["data"]["includes"]["media"]
    (photo,) = only(body, PostEvent).post.media
    assert (photo.kind, photo.id, photo.url) == ("photo", "2081067820000000001", "")


def test_references_in_the_post_naming_are_understood() -> None:
    body = current("reply_by_us")
    payload = body["data"]["payload"]
    payload["referenced_posts"] = payload.pop("referenced_tweets")
    del payload["in_reply_to_tweet_id"]
    assert only(body, PostEvent).post.in_reply_to_id == "2081067455685328899"


def test_a_deletion_names_post_and_author_but_no_time() -> None:
    event = only(current("post_deleted"), PostDeleted)
    assert (event.key, event.person_id) == ("delete:2081066952368848897", ACME)
    assert event.occurred_at == UNDATED


def test_a_like_of_us_may_hide_who_liked() -> None:
    event = only(current("like_of_us"), LikeEvent)
    assert (event.kind, event.person, event.post_id) == (Kind.LIKE_OF_US, None, "2081066952368848897")
    assert event.occurred_at == datetime(2026, 7, 25, 17, 25, 0, 456_000, tzinfo=UTC)


def test_the_one_other_person_that_came_along_is_who_liked() -> None:
    body = current("like_of_us")
    body["data"]["includes"]["users"] += current("mention")["data"]["includes"]["users"][:1]
    event = only(body, LikeEvent)
    assert event.person is not None
    assert event.person.handle == "ana_demo"


def test_a_like_by_us_is_told_by_its_direction() -> None:
    event = only(current("like_by_us"), LikeEvent)
    assert event.person is not None
    assert (event.kind, event.person.id, event.post_author_id) == (Kind.LIKE_BY_US, ACME, ANA)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("follow_of_us", ANA),
        ("unfollow_by_us", ACME),
        ("block_by_us", ACME),
        ("unblock_by_us", ACME),
        ("mute_by_us", ACME),
        ("unmute_by_us", ACME),
    ],
)
def test_a_relation_is_by_us_or_of_us(name: str, source: str) -> None:
    event = only(current(name), RelationEvent)
    assert (event.kind, event.source.id) == (Kind(name), source)
    assert {event.source.handle, event.target.handle} == {"ana_demo", "acmehelp_demo"}
    assert event.occurred_at == UNDATED


def test_a_received_message_comes_in_the_legacy_shape() -> None:
    event = only(current("message_received"), MessageEvent)
    assert (event.kind, event.key) == (Kind.MESSAGE_RECEIVED, "dm:2081068462318288905")
    assert event.message.text == "Hi, my order is 5521 & I'm still waiting"
    assert (event.message.sender.handle, event.message.conversation_id) == ("ana_demo", f"{ACME}-{ANA}")


def test_a_sent_message_is_told_by_its_sender() -> None:
    event = only(current("message_sent"), MessageEvent)
    assert (event.kind, event.message.source_app_id) == (Kind.MESSAGE_SENT, "27000001")


def test_a_message_in_the_current_shape_is_read_too() -> None:
    body = current("message_received")
    body["data"]["payload"] = {"id": "2081068462318288905", "sender_id": ANA, "text": "Hi &amp; bye"}
    event = only(body, MessageEvent)
    assert (event.key, event.message.text, event.message.recipient.id) == ("dm:2081068462318288905", "Hi & bye", ACME)


def test_typing_and_reading_name_the_other_one() -> None:
    assert only(current("typing"), TypingEvent).person_id == ANA
    assert only(current("read"), ReadEvent).last_read_id == "2081068588147408905"


def test_typing_and_reading_are_read_from_a_flat_payload_too() -> None:
    typing, read = current("typing"), current("read")
    typing["data"]["payload"] = {"sender_id": ANA}
    read["data"]["payload"] = {"sender_id": ANA, "last_read_event_id": "2081068588147408905"}
    assert only(typing, TypingEvent).person_id == ANA
    assert only(read, ReadEvent).key == f"read:{ANA}:{ACME}:2081068588147408905"


def test_an_encrypted_message_is_announced_without_its_text() -> None:
    event = only(current("encrypted_message"), EncryptedMessage)
    assert (event.message_id, event.sender_id) == ("e4f4d3fc-0000-4000-8000-e5058d6bb6f6", ANA)
    assert event.conversation_id == f"{ACME}-{ANA}"


def test_a_consent_taken_back_has_the_key_of_the_other_dialect() -> None:
    event = only(current("revoked"), RevokedEvent)
    assert (event.person_id, event.app_id, event.account_id) == (ACME, "27000001", "")
    assert event.key == f"revoke:27000001:{ACME}:1785001200"


def test_a_changed_profile_says_what_it_was_and_is() -> None:
    event = only(current("profile_changed"), ProfileChanged)
    assert (event.field, event.before, event.after) == ("handle", "acmehelp_old", "acmehelp_demo")


def test_an_event_type_without_a_word_of_its_own_is_kept_whole() -> None:
    body = current("follow_of_us")
    body["data"]["event_type"] = "spaces.start"
    event = only(body, UnknownEvent)
    assert (event.name, event.raw, event.account_id) == ("spaces.start", body["data"], ACME)


def test_several_elements_are_several_events_and_a_broken_one_loses_nobody() -> None:
    items = [current("mention")["data"], 7, {"event_type": "post.create"}, current("message_received")["data"]]
    parsed = parse(json.dumps({"data": items, "meta": {}}).encode())
    assert [event.kind for event in parsed.events] == [Kind.MENTION, Kind.MESSAGE_RECEIVED]
    assert [failure.partition(":")[0] for failure in parsed.failures] == ["data[1]", "data[2]"]
    assert parsed.unknown_keys == ("meta",)
