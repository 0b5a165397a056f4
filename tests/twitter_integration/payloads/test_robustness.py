"""Whatever arrives: nothing but Unreadable leaves the decoders, and a broken item never loses its neighbours."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.twitter_integration.payloads.samples import ACCOUNT_ACTIVITY, ACME, X_ACTIVITY, current, legacy, load
from twitter_integration.events import Event, PostEvent
from twitter_integration.payloads import Parsed, Unreadable, find_account, parse, parse_messages, parse_posts
from twitter_integration.payloads.media import MAX_MEDIA
from twitter_integration.payloads.presenting import MAX_ENTITIES

BODIES = sorted([*ACCOUNT_ACTIVITY.glob("*.json"), *X_ACTIVITY.glob("*.json")])
NAMES = st.sampled_from(
    [
        *("for_user_id", "tweet_create_events", "follow_events", "direct_message_events", "user_event", "id_str", "id"),
        *("data", "event_type", "user", "text", "payload", "filter", "user_id", "includes", "post.create"),
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), NAMES, st.just(ACME), st.just(2**70)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6),
    max_leaves=30,
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def changed(tree: Any, path: tuple[Any, ...], *, value: Any, delete: bool) -> Any:
    """A copy with the value at `path` replaced or deleted."""
    copied = copy.deepcopy(tree)
    if not path:
        return value
    parent = copied
    for key in path[:-1]:
        parent = parent[key]
    if delete:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copied


def read(body: Any) -> Parsed | None:
    try:
        parsed = parse(body if isinstance(body, bytes) else json.dumps(body).encode())
    except Unreadable as error:
        assert error.reason
        return None
    for event in parsed.events:
        check(event)
    assert not [failure for failure in parsed.failures if "unexpected" in failure]
    return parsed


def check(event: Event) -> None:
    """What every consumer relies on."""
    assert event.key
    assert event.occurred_at.tzinfo is not None
    if isinstance(event, PostEvent):
        assert event.post.id.isdigit()
        assert event.post.author.id.isdigit()
        assert all(0 <= span.start < span.end <= len(event.post.text) for span in event.post.spans)
    str(event).encode()


@QUICK
@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    read(value)
    read({"for_user_id": ACME, "tweet_create_events": value})
    read({"data": {"event_type": "post.create", "payload": value, "includes": value}})
    parse_posts({"data": value, "includes": value}, account_id=ACME)
    parse_messages({"data": value, "includes": value}, account_id=ACME)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read(body)
    find_account(body)


@settings(QUICK, max_examples=400)
@given(st.data())
def test_any_change_to_a_real_body_is_survived(data: st.DataObject) -> None:
    body = load(data.draw(st.sampled_from(BODIES)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(body))))
        body = changed(body, path, value=data.draw(JSON), delete=bool(path) and data.draw(st.booleans()))
    read(body)


@settings(QUICK, max_examples=300)
@given(st.data())
def test_a_broken_post_keeps_its_neighbours(data: st.DataObject) -> None:
    body = legacy("mention")
    good = body["tweet_create_events"][0]
    path = data.draw(st.sampled_from(list(places(good))))
    broken = changed(good, path, value=data.draw(JSON), delete=bool(path) and data.draw(st.booleans()))
    body["tweet_create_events"] = [good, broken, good]
    parsed = read(body)
    assert parsed is not None
    assert len(parsed.events) + len(parsed.failures) == 3
    assert parsed.events[0] == parsed.events[-1] == read(legacy("mention")).events[0]  # type: ignore[union-attr]


@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_single_missing_null_or_mistyped_value_is_survived(path: Path) -> None:
    body = load(path)
    for place in places(body):
        read(changed(body, place, value=None, delete=False))
        read(changed(body, place, value=[{}], delete=False))
        read(changed(body, place, value=7.5, delete=bool(place)))


def test_a_byte_order_mark_says_nothing() -> None:
    body = b'\xef\xbb\xbf{"for_user_id":"1","tweet_create_events":[]}'
    assert not parse(body).failures and find_account(body) == "1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"[]", "not a JSON object but a list"),
        (b"{}", "no known envelope: its keys are none"),
        (b'{"hello":1}', "no known envelope: its keys are hello"),
        (b'{"data":{"id":"1"}}', "no known envelope"),
        (b"\xff\xfe{}", "not UTF-8 at byte 0"),
        (b'{"for_user_id":' + b"9" * 5000 + b"}", "a number too long"),
        (b'{"for_user_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b'{"for_user_id":' + b"[" * 90 + b"]" * 90 + b"}", "nested deeper than 60 levels"),
        (b'{"for_user_id":"1","tweet_create_events":[' + b"0," * 20_000 + b"0]}", "more than 10000"),
        (b'{"for_user_id":"1","x":"' + b"x" * 5_000_000 + b'"}', "more than 5000000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse(body)
    assert reason in error.value.reason


def test_what_no_database_can_hold_is_replaced() -> None:
    body = legacy("mention")
    body["tweet_create_events"][0]["text"] = "@acmehelp_demo a\x00b\ud83dc 😡"
    parsed = read(body)
    assert parsed is not None
    (event,) = parsed.events
    assert isinstance(event, PostEvent)
    assert event.post.text == "@acmehelp_demo a\ufffdb\ufffdc 😡"


@pytest.mark.parametrize("escaped", [True, False])
def test_control_characters_are_replaced_and_lines_stay(escaped: bool) -> None:
    body = legacy("mention")
    body["tweet_create_events"][0]["text"] = "@acmehelp_demo a\x1b[31mb\x07\x7f\x9b\tc\nd\r é"
    parsed = read(json.dumps(body, ensure_ascii=escaped).encode())
    assert parsed is not None
    (event,) = parsed.events
    assert isinstance(event, PostEvent)
    assert event.post.text == "@acmehelp_demo a\ufffd[31mb\ufffd\ufffd\ufffd\tc\nd\r é"


def test_a_name_holds_nothing_that_turns_the_words_around_it() -> None:
    body = legacy("mention")
    body["tweet_create_events"][0]["user"]["name"] = "\u202eAna\u2066\x1b \u0639\u0644\u064a\u2069"
    parsed = read(body)
    assert parsed is not None
    (event,) = parsed.events
    assert isinstance(event, PostEvent)
    assert event.post.author.name == "Ana \u0639\u0644\u064a"


def test_a_failure_says_where_and_why_and_never_what_was_written() -> None:
    body = legacy("message_received")
    body["direct_message_events"][0]["message_create"]["sender_id"] = "my secret"
    parsed = read(body)
    assert parsed is not None
    assert parsed.failures == ("direct_message_events[0]: sender_id: a text instead of an id",)


def test_the_account_is_found_without_parsing_and_not_in_what_people_write() -> None:
    assert find_account(json.dumps(legacy("mention")).encode()) == ACME
    assert find_account(json.dumps(current("like_of_us")).encode()) == ACME
    assert find_account(json.dumps(legacy("revoked")).encode()) == ""
    assert find_account(json.dumps({"for_user_id": int(ACME), "x": 1}).encode()) == ACME
    assert find_account(json.dumps({"data": {"filter": {"user_id": int(ACME)}}}).encode()) == ACME
    assert find_account(json.dumps({"for_user_id": ACME}).replace('"9', r'"\u0039').encode()) == ACME
    assert find_account(b'{"for_user_id":9e17}') == find_account(b'{"for_user_id":900000000000000001.5}') == ""
    assert find_account(json.dumps({"text": '"for_user_id":"900000000000000002"'}).encode()) == ""


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("text", "entities", "extended"),
    [
        ("😀" + " http://a" * 40_000, {}, [f"http://b{n}" for n in range(9_000)] + ["http://a"]),
        ("😀" + "x" * 300_000, {"hashtags": [{"text": f"y{n}", "indices": [0, 1]} for n in range(24_000)]}, []),
        ("😀" + "x" * 300_000, {"hashtags": [{"text": "y", "indices": [0, 300_000]}] * 20_000}, []),
        ("😀" + "http://a " * 60_000, {"urls": [{"url": "http://b", "indices": [9, 17]}] * 9_000}, []),
    ],
    ids=["hidden links", "misplaced words", "endless words", "misplaced links"],
)
def test_a_body_made_to_be_slow_is_read_like_any_other(text: str, entities: Any, extended: list[str]) -> None:
    body = legacy("mention")
    media = [{"id": n, "media_url_https": "https://x/a.jpg", "url": url} for n, url in enumerate(extended, 1)]
    body["tweet_create_events"][0] |= {"text": text, "entities": entities, "extended_entities": {"media": media}}
    parsed = read(body)
    assert parsed is not None
    (event,) = parsed.events
    assert isinstance(event, PostEvent)
    assert len(event.post.media) <= MAX_MEDIA and len(event.post.spans) <= MAX_ENTITIES
    assert event.post.text.startswith("😀")


def test_what_stands_elsewhere_than_told_is_found_each_time_it_is_written() -> None:
    body = legacy("mention")
    words = [{"text": word, "indices": [n * 5, n * 5 + 5]} for n, word in enumerate(["rain", "sun", "rain"])]
    body["tweet_create_events"][0] |= {"text": "😀 #rain #sun #rain", "entities": {"hashtags": words}}
    parsed = read(body)
    assert parsed is not None
    (event,) = parsed.events
    assert isinstance(event, PostEvent)
    assert [(span.start, span.target) for span in event.post.spans] == [(2, "rain"), (8, "sun"), (13, "rain")]
