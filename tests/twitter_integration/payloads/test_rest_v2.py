"""Posts and messages as REST v2 answers them to polling and search."""

from datetime import UTC, datetime
from typing import Any

from tests.twitter_integration.payloads.samples import ACME, ANA, BEN, current
from twitter_integration.events import Dialect, Event, Kind, MessageEvent, PostEvent, UnknownEvent
from twitter_integration.payloads import parse_messages, parse_posts

MESSAGE = {
    "id": "1934271770283081739",
    "event_type": "MessageCreate",
    "text": "Hi, my order is 5521 &amp; I'm still waiting",
    "sender_id": ANA,
    "dm_conversation_id": f"{ACME}-{ANA}",
    "created_at": "2025-06-15T15:20:00.000Z",
}


def post_answer(**changes: Any) -> dict[str, Any]:
    frame = current("mention")["data"]
    return {"data": [frame["payload"] | changes], "includes": frame["includes"]}


def one_post(answer: object) -> PostEvent:
    (event,) = parse_posts(answer, account_id=ACME).events
    assert isinstance(event, PostEvent)
    return event


def one_message(**changes: Any) -> Event:
    parsed = parse_messages({"data": [MESSAGE | changes]}, account_id=ACME)
    assert not parsed.failures
    return parsed.events[0]


def test_a_polled_mention_equals_the_delivered_one_but_for_its_dialect() -> None:
    event = one_post(post_answer())
    assert (event.kind, event.dialect, event.account_id) == (Kind.MENTION, Dialect.REST_V2, ACME)
    assert event.key == "post:2081067204027088898"
    assert event.post.author.handle == "ana_demo"


def test_a_single_post_is_read_like_a_list_of_one() -> None:
    answer = post_answer()
    assert one_post(answer | {"data": answer["data"][0]}) == one_post(answer)


def test_the_included_post_tells_a_quote_of_us_from_a_quote_of_others() -> None:
    reference = [{"type": "quoted", "id": "2081066952368848897"}]
    answer = post_answer(referenced_tweets=reference, entities={})
    assert one_post(answer).kind is Kind.POST_OTHER
    answer["includes"]["tweets"].append(current("post_by_us")["data"]["payload"])
    event = one_post(answer)
    assert event.kind is Kind.QUOTE_OF_US
    assert event.post.quoted is not None
    assert event.post.quoted.text == "Card payments are back."


def test_posts_that_refer_to_each_other_end_somewhere() -> None:
    answer = post_answer(referenced_tweets=[{"type": "quoted", "id": "2081067204027088898"}])
    answer["includes"]["tweets"] = answer["data"]
    assert one_post(answer).post.quoted_id == "2081067204027088898"


def test_an_empty_answer_and_no_answer_hold_no_events() -> None:
    answers: list[object] = [{"meta": {"result_count": 0}}, {}, None, [], "no"]
    for answer in answers:
        assert parse_posts(answer, account_id=ACME).events == ()


def test_a_post_without_its_author_is_a_failure_and_loses_no_neighbour() -> None:
    answer = post_answer()
    answer["data"].append({"id": "2081067204027088899", "text": "x"})
    parsed = parse_posts(answer, account_id=ACME)
    assert len(parsed.events) == 1
    assert parsed.failures == ("data[1]: author_id: nothing instead of an id",)


def test_a_polled_message_has_the_key_of_the_delivered_one() -> None:
    event = one_message()
    assert isinstance(event, MessageEvent)
    assert (event.kind, event.key) == (Kind.MESSAGE_RECEIVED, "dm:1934271770283081739")
    assert event.message.text == "Hi, my order is 5521 & I'm still waiting"
    assert (event.message.recipient.id, event.message.conversation_id) == (ACME, f"{ACME}-{ANA}")
    assert event.occurred_at == datetime(2025, 6, 15, 15, 20, tzinfo=UTC)


def test_a_message_by_us_goes_to_the_other_one_of_the_conversation() -> None:
    event = one_message(sender_id=ACME, dm_conversation_id=f"{ACME}-{BEN}")
    assert isinstance(event, MessageEvent)
    assert (event.kind, event.message.recipient.id) == (Kind.MESSAGE_SENT, BEN)


def test_the_link_of_an_attachment_is_hidden_with_or_without_entities() -> None:
    text, attached = "look https://t.co/dMmEdIa001", {"media_keys": ["3_1934269884519153665"]}
    event = one_message(text=text, attachments=attached)
    assert isinstance(event, MessageEvent)
    assert (event.message.text, event.message.media[0].id) == ("look", "1934269884519153665")


def test_a_link_that_is_no_attachment_stays() -> None:
    url = {"url": "https://t.co/aBcDeFg001", "expanded_url": "https://acme.example", "display_url": "acme.example"}
    event = one_message(
        text="look https://t.co/aBcDeFg001",
        attachments={"media_keys": ["3_1934269884519153665"]},
        entities={"urls": [url | {"start": 5, "end": 28}]},
    )
    assert isinstance(event, MessageEvent)
    assert event.message.text == "look acme.example"


def test_group_messages_and_joining_are_kept_but_are_no_messages() -> None:
    group = one_message(dm_conversation_id="1934271770283081700")
    joined = one_message(event_type="ParticipantsJoin")
    assert isinstance(group, UnknownEvent)
    assert isinstance(joined, UnknownEvent)
    assert [group.name, joined.name] == ["dm_event.MessageCreate.group", "dm_event.ParticipantsJoin"]
