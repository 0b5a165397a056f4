"""Who is told of what: verb, facts and people in, people and events out."""

from typing import Any

import pytest

from tests.house.tree import ROOT
from tickets.choices import NoticeEvent
from tickets.notices.mentions import names_in, pieces
from tickets.notices.whom import VERBS, Around, Fact, people_told

ALICE, BOB, CAROL, SAM = 1, 2, 3, 4
HERS = Around(assignee=ALICE, watchers=frozenset({CAROL}), leads=frozenset({SAM}))
NOBODYS = Around(leads=frozenset({SAM}))
Told = dict[int, NoticeEvent]


@pytest.mark.parametrize(
    ("verb", "data", "told"),
    [
        ("ticket.assigned", {"to": ALICE, "from": None}, {ALICE: NoticeEvent.ASSIGNED}),
        ("ticket.assigned", {"to": BOB}, {}),
        ("ticket.assigned", {"to": None, "from": ALICE}, {}),
        ("ticket.ruled", {"to": ALICE, "notified": [CAROL]}, {ALICE: NoticeEvent.ASSIGNED, CAROL: NoticeEvent.TOLD}),
        ("note.written", {"mentions": [CAROL]}, {CAROL: NoticeEvent.MENTIONED, ALICE: NoticeEvent.NOTE}),
        ("reply.queued", {}, {ALICE: NoticeEvent.REPLIED, CAROL: NoticeEvent.REPLIED}),
        ("reply.queued", {"again": True}, {}),
        ("reply.native", {}, {ALICE: NoticeEvent.REPLIED, CAROL: NoticeEvent.REPLIED}),
        ("ticket.joined", {}, {ALICE: NoticeEvent.CUSTOMER, CAROL: NoticeEvent.CUSTOMER}),
        ("ticket.joined", {"ours": True}, {}),
        ("ticket.reopened", {}, {ALICE: NoticeEvent.CUSTOMER, CAROL: NoticeEvent.CUSTOMER}),
        ("ticket.status", {"after": "resolved"}, {ALICE: NoticeEvent.STATUS, CAROL: NoticeEvent.STATUS}),
        ("ticket.woke", {"why": "time", "put_aside_by": CAROL}, {ALICE: NoticeEvent.WOKE}),
        ("ticket.woke", {"why": "message"}, {}),
        ("ticket.woke", {"why": "asked"}, {}),
        ("incident.stated", {"count": 2}, {}),
        ("ticket.aged", {"days": 7}, {}),
        ("clock.step", {"share": 75}, {ALICE: NoticeEvent.DUE}),
        ("clock.step", {"share": 100}, {ALICE: NoticeEvent.LATE, SAM: NoticeEvent.LATE}),
        ("clock.step", {"share": 110, "late_before": True}, {}),
        ("clock.step", {"share": 110, "late_before": True, "queue": 7}, {SAM: NoticeEvent.LATE}),
        ("clock.step", {"share": 110, "late_before": True, "tell_assignee": True}, {ALICE: NoticeEvent.LATE}),
        ("clock.step", {"share": 75, "notified": [CAROL]}, {CAROL: NoticeEvent.TOLD, ALICE: NoticeEvent.DUE}),
        ("clock.step", {"share": 75, "tell_assignee": True}, {ALICE: NoticeEvent.DUE}),
        ("clock.step", {"share": 75, "tell_leads": True}, {SAM: NoticeEvent.DUE, ALICE: NoticeEvent.DUE}),
        ("ticket.opened", {}, {}),
        ("ticket.tagged", {"tag": "vip"}, {}),
    ],
)
def test_who_is_told(verb: str, data: dict[str, Any], told: Told) -> None:
    """By Bob, on Alice's ticket, which Carol watches and whose queue Sam leads."""
    assert people_told(Fact(verb, data, actor=BOB), HERS) == told


def test_nobody_is_told_what_they_did_themselves() -> None:
    assert people_told(Fact("reply.queued", {}, actor=ALICE), HERS) == {CAROL: NoticeEvent.REPLIED}
    assert people_told(Fact("note.written", {"mentions": [CAROL, ALICE]}, actor=CAROL), HERS) == {
        ALICE: NoticeEvent.MENTIONED
    }


def test_who_wrote_an_answer_that_failed_is_told_and_so_is_who_has_the_ticket() -> None:
    fact = Fact("reply.failed", {"message": 7}, author=BOB)
    assert people_told(fact, HERS) == {BOB: NoticeEvent.FAILED, ALICE: NoticeEvent.FAILED}
    assert people_told(fact, NOBODYS) == {BOB: NoticeEvent.FAILED}


def test_what_nobody_has_comes_back_to_who_put_it_aside() -> None:
    fact = Fact("ticket.woke", {"why": "time", "put_aside_by": BOB})
    assert people_told(fact, NOBODYS) == {BOB: NoticeEvent.WOKE}
    assert people_told(Fact("ticket.woke", {"why": "time"}), NOBODYS) == {}


def test_facts_of_a_wrong_form_tell_nobody() -> None:
    assert people_told(Fact("ticket.assigned", {"to": "alice"}), HERS) == {}
    assert people_told(Fact("note.written", {"mentions": "everybody"}), NOBODYS) == {}


def test_every_verb_that_tells_somebody_is_in_the_rules_in_words() -> None:
    told = (ROOT / "docs" / "rules.md").read_text().split("## Who is told")[1].split("\n## ")[0]
    assert [name for name in (*VERBS, *NoticeEvent.values) if f"`{name}`" not in told] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob look", ["bob"]),
        ("Ask @Bob, @ana.b. and (@carol)!", ["bob", "ana.b", "carol"]),
        ("mail bob@acme.example or https://x.com/@bob", []),
        ("@bob @BOB", ["bob"]),
        ("@ nobody, @@bob", []),
        ("@josé+x", ["josé+x"]),
    ],
)
def test_names_in_a_note(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_a_note_in_pieces_keeps_every_character() -> None:
    found = pieces("Ask @Bob, then @nina.", {"bob": "Bob B"})
    assert found == [("Ask ", ""), ("@Bob", "Bob B"), (", then @nina.", "")]
