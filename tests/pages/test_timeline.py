"""The pure parts of the timeline: order, days, private stretches, sentences, safe text."""

import uuid
from datetime import UTC, timedelta

import pytest
from django.utils.safestring import SafeString

from tests.factories import NOW
from tickets.choices import Direction, Visibility
from tickets.models import Message, MessageVersion, OutboxEntry
from tickets.shown.said import Hanging
from tickets.templatetags.marks import initials_of
from tickets.templatetags.saying import render_text
from tickets.timeline import Line, Said, Stretch, arrange
from tickets.wording.reasons import REASONS, reason_of
from tickets.wording.sentences import Names, tell
from tickets.wording.spans import span_of


def said(pk: int, minutes: int, *, private: bool = False, note: bool = False) -> Message:
    seen = Visibility.PRIVATE if private else Visibility.PUBLIC
    return Message(
        pk=pk,
        direction=Direction.INTERNAL if note else Direction.IN,
        visibility=Visibility.INTERNAL if note else seen,
        sent_at=NOW + timedelta(minutes=minutes),
    )


def line(minutes: int) -> Line:
    return Line("a1", NOW + timedelta(minutes=minutes), uuid.uuid4(), [SafeString("moved")], "ticket.moved")


def keys(messages: list[Message], lines: list[Line] | None = None) -> list[object]:
    items = arrange(messages, lines or [], tz=UTC)
    return [[e.key for e in item.entries] if isinstance(item, Stretch) else item.key for item in items]


def test_each_day_is_announced_once() -> None:
    assert keys([said(1, 0), said(2, 5), said(3, 60 * 24)]) == ["d20260302", "m1", "m2", "d20260303", "m3"]


def test_at_the_same_moment_the_message_comes_before_the_history() -> None:
    assert keys([said(1, 0)], [line(0)]) == ["d20260302", "m1", "a1"]


def test_private_messages_gather_what_stands_between_them() -> None:
    messages = [
        said(1, 0),
        said(2, 1, private=True),
        said(3, 2, note=True),
        said(4, 3, private=True),
        said(5, 4),
    ]
    assert keys(messages) == ["d20260302", "m1", ["m2", "m3", "m4"], "m5"]


def test_a_note_after_the_last_private_message_stands_outside() -> None:
    assert keys([said(1, 0, private=True), said(2, 1, note=True)]) == ["d20260302", ["m1"], "m2"]


def test_public_between_private_makes_two_rooms() -> None:
    messages = [said(1, 0, private=True), said(2, 1), said(3, 2, private=True)]
    assert keys(messages) == ["d20260302", ["m1"], "m2", ["m3"]]


def part(pk: int, minutes: int, *, after: Message | None = None) -> Message:
    message = said(pk, minutes)
    message.outbox = OutboxEntry(message=message, follows=after.outbox if after is not None else None)
    return message


def test_the_parts_of_a_thread_keep_their_order_whatever_their_times_say() -> None:
    first = part(1, 9)
    second = part(2, 7, after=first)
    third = part(3, 7, after=second)
    assert keys([third, second, said(4, 8), first, said(5, 10)]) == ["d20260302", "m4", "m1", "m2", "m3", "m5"]


def test_an_answer_stands_after_what_it_answers_and_a_circle_ends() -> None:
    asked, answer, odd = said(1, 5), said(2, 4), said(3, 6)
    asked.external_id, answer.in_reply_to = "900", "900"
    odd.external_id = odd.in_reply_to = "901"
    assert keys([answer, asked, odd]) == ["d20260302", "m1", "m2", "m3"]


def test_so_does_an_answer_to_what_was_edited_since() -> None:
    asked, answer = said(1, 5), said(2, 4)
    asked.external_id, answer.in_reply_to = "901", "900"
    former = Hanging(versions=[MessageVersion(message=asked, external_id="900")])
    items = arrange([answer, asked], [], tz=UTC, hanging={1: former, 2: Hanging()})
    assert [item.key for item in items if isinstance(item, Said)] == ["m1", "m2"]


def test_each_part_says_which_of_how_many_it_is() -> None:
    first = part(1, 0)
    second = part(2, 1, after=first)
    lost = part(9, 2, after=part(8, 1))  # the first of its thread is on an earlier page
    items = arrange([second, first, said(3, 5), lost], [], tz=UTC)
    told = {one.key: (one.part, one.parts) for one in items if isinstance(one, Said)}
    assert told == {"m1": (1, 2), "m2": (2, 2), "m3": (0, 0), "m9": (0, 0)}


@pytest.mark.parametrize(
    ("verb", "data", "sentence"),
    [
        (
            "ticket.opened",
            {"reason": {"code": "new_conversation"}},
            "Ticket opened: it began a new conversation.",
        ),
        ("ticket.opened", {"reason": {"code": "from_the_future"}}, "Ticket opened."),
        ("ticket.opened", {}, "Ticket opened."),
        (
            "ticket.opened",
            {"reason": {"code": "new_conversation"}, "labels": ["lost <b>"]},
            "Ticket opened: it began a new conversation. Found by the search <b>lost &lt;b&gt;</b>.",
        ),
        (
            "ticket.reopened",
            {"labels": ["a", "b"]},
            "The customer wrote again and reopened the ticket. Found by the searches <b>a</b>, <b>b</b>.",
        ),
        (
            "ticket.routed",
            {"queue": 7, "reason": {"code": "source_queue"}},
            "Put into <b>Billing</b>: what this search finds goes there.",
        ),
        ("ticket.routed", {"queue": 7}, "Put into <b>Billing</b>."),
        (
            "ticket.moved",
            {"before": 7, "after": 8},
            "<b>Bob</b> moved it from Billing to something deleted since.",
        ),
        ("ticket.assigned", {"to": 1, "from": None}, "<b>Bob</b> took the ticket."),
        ("ticket.assigned", {"to": 2, "from": 1}, "<b>Bob</b> assigned the ticket to <b>Sam</b>."),
        ("ticket.assigned", {"to": None, "from": 1}, "<b>Bob</b> gave the ticket back."),
        (
            "ticket.status",
            {"before": "new", "after": "on_hold"},
            "<b>Bob</b> changed the status from New to On hold.",
        ),
        ("ticket.tagged", {"tag": "<i>"}, "<b>Bob</b> added the tag &lt;i&gt;."),
        ("clock.missed", {"metric": "first_response"}, "First reply is late."),
        ("a.verb.of.tomorrow", {"x": 1}, "<b>Bob</b> a.verb.of.tomorrow"),
    ],
)
def test_history_reads_as_sentences(verb: str, data: dict[str, object], sentence: str) -> None:
    names = Names({("queue", 7): "Billing", ("person", 1): "Bob", ("person", 2): "Sam"})
    assert tell(verb, data, who="Bob", names=names) == sentence


def test_a_name_with_markup_in_it_stays_text() -> None:
    assert "<script>" not in tell("ticket.status", {"before": "<x>", "after": "y"}, who="<script>", names=Names())


@pytest.mark.parametrize("code", [*REASONS, "window_passed"])
def test_every_reason_has_words(code: str) -> None:
    assert len(reason_of({"reason": {"code": code, "hours": 72}})) > 10


@pytest.mark.parametrize("data", [{}, {"reason": None}, {"reason": "old"}, {"reason": {}}, {"reason": {"code": 5}}])
def test_a_reason_we_do_not_know_says_nothing(data: dict[str, object]) -> None:
    assert reason_of(data) == ""


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "//evil", "https://", "http:", "ftp://x", "[", ""]
)
def test_only_web_addresses_become_links(target: str) -> None:
    assert "href" not in render_text("click", [{"start": 0, "end": 5, "kind": "url", "target": target}])


@pytest.mark.parametrize(
    "spans",
    [
        [{"start": 3, "end": 2}],
        [{"start": 0, "end": 99}],
        [{"start": -1, "end": 2}],
        [{"start": "0", "end": 2}],
        ["nonsense"],
        [None],
        [{}],
        [{"start": 0, "end": 4, "kind": "url", "target": "https://a.example"}] * 2,
    ],
)
def test_malformed_spans_never_lose_a_word(spans: list[object]) -> None:
    text = render_text("<b>&", spans)
    assert "&lt;b&gt;&amp;" in text
    assert text.count("&lt;b") == 1


def test_a_span_cannot_break_out_of_its_attribute() -> None:
    target = 'https://a.example/"onmouseover="alert(1)'
    assert '"onmouseover' not in render_text("x", [{"start": 0, "end": 1, "kind": "url", "target": target}])


def test_offsets_count_code_points() -> None:
    text = "👩‍👩‍👧 #hi"
    start = text.index("#")
    span = {"start": start, "end": start + 3, "kind": "hashtag", "target": "hi"}
    assert render_text(text, [span]).endswith(" <b>#hi</b>")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ana", "A"),
        ("Ana Lima", "AL"),
        ("佐藤 美咲", "佐"),
        ("@ben_demo", "B"),
        ("🙂", "?"),
        ("", "?"),
        ("<b>", "?"),
    ],
)
def test_a_face_without_a_picture_has_letters(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "1 min"),
        (8, "8 min"),
        (60, "1 h"),
        (132, "2 h 12 min"),
        (1440, "1 d"),
        (4560, "3 d 4 h"),
        (20000, "13 days"),
    ],
)
def test_lengths_of_time_in_two_units_at_the_most(minutes: int, words: str) -> None:
    assert span_of(timedelta(minutes=minutes)) == words
