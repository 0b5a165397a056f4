"""Direct messages, relations and the account's own affairs as Account Activity delivers them."""

import json
from datetime import UTC, datetime

import pytest

from tests.twitter_integration.payloads.samples import ACME, ANA, BEN, legacy, only
from twitter_integration.events import (
    UNDATED,
    Kind,
    MessageEvent,
    ReadEvent,
    RelationEvent,
    ReplayFinished,
    RevokedEvent,
    TypingEvent,
    UnknownEvent,
)
from twitter_integration.payloads import parse


def test_a_received_message_names_its_two_people_and_what_started_it() -> None:
    event = only(legacy("message_received"), MessageEvent)
    message = event.message
    assert (event.kind, event.key) == (Kind.MESSAGE_RECEIVED, "dm:1934269666415345675")
    assert message.text == "Hi, my order is 5521 & I'm still waiting"
    assert (message.sender.handle, message.recipient.handle) == ("ana_demo", "acmehelp_demo")
    assert message.conversation_id == f"{ACME}-{ANA}"
    assert message.initiated_by_post_id == "1934266310972145665"
    assert event.occurred_at == datetime(2025, 6, 15, 15, 20, 0, 123_000, tzinfo=UTC)


def test_a_sent_message_names_the_app_that_sent_it() -> None:
    event = only(legacy("message_sent"), MessageEvent)
    assert (event.kind, event.message.source_app_id) == (Kind.MESSAGE_SENT, "27000001")
    assert (event.message.sender.id, event.message.recipient.id) == (ACME, ANA)
    assert event.message.conversation_id == f"{ACME}-{ANA}"


def test_a_photo_in_a_message_needs_our_signature_and_its_link_is_hidden() -> None:
    message = only(legacy("message_received_photo"), MessageEvent).message
    (photo,) = message.media
    assert (message.text, message.spans) == ("here is the receipt", ())
    assert (photo.kind, photo.id, photo.needs_auth) == ("photo", "1934269884519153665", True)
    assert photo.url.startswith("https://ton.twitter.com/1.1/ton/data/dm/")


def test_attachments_are_read_from_a_list_as_well() -> None:
    body = legacy("message_received_photo")
    said = body["direct_message_events"][0]["message_create"]["message_data"]
    said["attachment"]["media"] = [said["attachment"]["media"]]
    said["attachment"] = [said["attachment"]]
    said["text"] = " https://t.co/dMmEdIa001"
    message = only(body, MessageEvent).message
    assert (message.text, len(message.media)) == ("", 1)


def test_the_answer_to_a_quick_reply_carries_our_own_word_back() -> None:
    message = only(legacy("message_received_quick_reply"), MessageEvent).message
    assert (message.text, message.quick_reply) == ("Refund to card", "ticket:5521:refund_card")


def test_a_message_with_buttons_is_a_message() -> None:
    message = only(legacy("message_sent_quick_replies"), MessageEvent).message
    assert (message.text, message.quick_reply) == ("How shall we refund you?", "")


def test_a_message_without_a_map_of_users_still_names_their_ids() -> None:
    body = legacy("message_received")
    del body["users"]
    message = only(body, MessageEvent).message
    assert (message.sender.id, message.sender.handle, message.recipient.id) == (ANA, "", ACME)


def test_typing_and_reading_name_the_other_one() -> None:
    typing, read = only(legacy("typing"), TypingEvent), only(legacy("read"), ReadEvent)
    assert (typing.kind, typing.person_id) == (Kind.TYPING, ANA)
    assert (read.kind, read.person_id, read.last_read_id) == (Kind.READ, ANA, "1934270001959665675")
    assert read.key == f"read:{ANA}:{ACME}:1934270001959665675"


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("follow_of_us", ANA, ACME),
        ("unfollow_by_us", ACME, ANA),
        ("block_by_us", ACME, BEN),
        ("unblock_by_us", ACME, BEN),
        ("mute_by_us", ACME, BEN),
        ("unmute_by_us", ACME, BEN),
    ],
)
def test_a_relation_is_by_us_or_of_us(name: str, source: str, target: str) -> None:
    event = only(legacy(name), RelationEvent)
    assert (event.kind, event.source.id, event.target.id) == (Kind(name), source, target)
    assert event.source.handle
    assert event.key.startswith(f"{name.partition('_')[0]}:{source}:{target}:17500007")
    assert event.occurred_at > UNDATED


def test_a_consent_taken_back_names_account_and_app() -> None:
    event = only(legacy("revoked"), RevokedEvent)
    assert (event.person_id, event.app_id, event.account_id) == (ACME, "27000001", "")
    assert event.key == f"revoke:27000001:{ACME}:1750000800"


def test_the_end_of_a_replay_is_an_event() -> None:
    event = only(legacy("replay_finished"), ReplayFinished)
    assert (event.job_id, event.webhook_id, event.state) == (
        "1095098195724558337",
        "1800000000000000009",
        "Complete",
    )


def test_an_event_array_without_a_word_of_its_own_is_kept_whole() -> None:
    event = only({"for_user_id": ACME, "hug_events": [{"id": "7", "from": ANA}]}, UnknownEvent)
    assert (event.kind, event.name, event.raw) == (Kind.UNKNOWN, "hug_events", {"id": "7", "from": ANA})


def test_a_relation_of_a_new_type_is_kept_whole() -> None:
    body = legacy("follow_of_us")
    body["follow_events"][0]["type"] = "admire"
    assert only(body, UnknownEvent).name == "follow_events.admire"


def test_unknown_keys_of_the_envelope_are_reported() -> None:
    parsed = parse(json.dumps(legacy("mention") | {"weather": "fine", "follow_events": None}).encode())
    assert parsed.unknown_keys == ("weather",)
    assert (len(parsed.events), parsed.failures) == (1, ())


def test_an_escaped_slash_and_escaped_letters_are_read_as_they_are_meant() -> None:
    raw = json.dumps(legacy("mention")).replace("/", "\\/").replace("<", "\\u003c").encode()
    (event,) = parse(raw).events
    assert event == parse(json.dumps(legacy("mention"), ensure_ascii=False).encode()).events[0]
