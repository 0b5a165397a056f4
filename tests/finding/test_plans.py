"""How the database answers a search among many tickets: what an index tells is found however long ago it was, and what
none tells is looked for so many tickets back and no further."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    BEN,
    NOW,
    make_agent,
    make_answer,
    make_customer,
    make_media,
    make_message,
    make_note,
    make_ticket,
)
from tests.finding.test_belongings import ask_approval
from tests.planner import carried_out, looked_at, settle
from tickets.choices import SendState
from tickets.finding.conditions import Conditions
from tickets.finding.entries import index
from tickets.finding.meaning import understand
from tickets.finding.reading import FAR, Count, Reach, find_and_count
from tickets.models import ChecklistItem, CustomerList, Draft, ListEntry, SearchLabel, Skill, Tag, Ticket, Watch
from tickets.reading.listing import PAGE, Page

pytestmark = pytest.mark.django_db(transaction=True)
RARE = 3
USUAL = Reach()
MANY = """
    INSERT INTO tickets_ticket (address_id, customer_id, identity_id, private, kind, status, priority, queue_id,
        assignee_id, opened_at, created_at, last_message_at, last_text, last_by_us, message_count, next_due_metric)
    SELECT address_id, (%(customers)s::bigint[])[1 + n %% 500], (%(people)s::bigint[])[1 + n %% 500], false, kind,
        'closed', priority, queue_id, NULL, opened_at, created_at,
        last_message_at + n * interval '1 minute', '', false, 1, ''
    FROM tickets_ticket, generate_series(1, 30000) AS n WHERE id = %(ticket)s;
    INSERT INTO tickets_message (ticket_id, address_id, identity_id, agent_id, kind, direction, visibility, automated,
        text, original_text, language, spans, in_reply_to, conversation, permalink, sources, labels, sent_at,
        received_at)
    SELECT id, address_id, CASE WHEN id %% 2 = 0 THEN identity_id END, CASE WHEN id %% 2 = 1 THEN %(agent)s END, kind,
        CASE WHEN id %% 2 = 0 THEN 'in' ELSE 'out' END, 'public', false, 'giraffe', '', 'en', '[]', '', '', '', '{}',
        '{Animals}',
        last_message_at, last_message_at
    FROM tickets_ticket;
    INSERT INTO tickets_searchentry (message_id, ticket_id, vector)
    SELECT id, ticket_id, '''giraffe'':1'::tsvector FROM tickets_message WHERE text = 'giraffe';
"""


@pytest.fixture
def bob(db: None) -> User:
    """With a few old tickets that hold everything, below many that hold the usual."""
    alice, bob, ben = make_agent("alice"), make_agent("bob"), make_customer(BEN, followers=50_000)
    SearchLabel.objects.bulk_create(SearchLabel(name=name) for name in ("Lost bags", "Animals"))
    vips, german = CustomerList.objects.create(name="VIPs"), Skill.objects.create(name="German")
    ListEntry.objects.create(list=vips, handle="ben_demo", identity=ben)
    for _ in range(RARE):
        ticket = make_ticket(ben, status="closed")
        koffer = make_message(ticket, "Mein Koffer", language="de", left_resolved=True, labels=["Lost bags"])
        index([koffer])
        make_media(koffer)
        make_note(ticket, agent=bob)
        ask_approval(make_answer(ticket, agent=bob, state=SendState.AWAITING))
        ticket.skills.add(german)
        ChecklistItem.objects.create(ticket=ticket, text="Call", added_at=NOW)
        Draft.objects.create(person=bob, ticket=ticket, mode="public", began="public", text="Dear", changed_at=NOW)
        Watch.objects.create(ticket=ticket, person=bob, at=NOW)
    people = [make_customer(str(900000000000010000 + number)) for number in range(500)]
    facts: dict[str, Any] = {
        "ticket": make_ticket(people[0], status="closed").pk,
        "agent": alice.pk,
        "people": [one.pk for one in people],
    }
    with connection.cursor() as cursor:
        cursor.execute(MANY, facts | {"customers": [one.customer_id for one in people]})
    settle(*(f"tickets_{name}" for name in ("ticket", "message", "searchentry", "identity", "customer")))
    return bob


def most_read(captured: CaptureQueriesContext) -> int:
    """The most rows of a big table that any part of a statement read."""
    most = 0
    for query in captured.captured_queries:
        if query["sql"].startswith("EXPLAIN"):
            continue
        for node in carried_out(query["sql"]):
            if node.get("Relation Name") in ("tickets_ticket", "tickets_message", "tickets_searchentry"):
                most = max(most, looked_at(node))
    return most


INDEXED = (
    *("koffer", "watching:me", "by:me", "has:draft", "has:approval", "approval:waiting", "skill:german", "is:vip"),
    *("is:left", 'search:"Lost bags"', 'koffer OR search:"Lost bags"'),
    *(
        "by:bob OR watching:bob",
        "(by:me is:closed) OR skill:german",
        "koffer OR has:draft,approval",
        "(zebra OR mein) koffer",
    ),
    *("koffer has:attachment -has:tag language:de", "by:me followers:>1000 has:note,checklist"),
    "followers:>10k",
)
WALKED = (
    *("has:note", "has:attachment", "has:checklist", "has:tag", "language:de", "approval:approved"),
    *("-giraffe", "-by:alice -language:en", "koffer giraffe OR has:note", "-(giraffe OR by:alice)"),
)


COMMON = ("giraffe", "giraffe OR by:alice", "by:alice", "search:animals", "language:en", "-koffer", "is:closed")


def test_no_search_reads_more_than_it_may(bob: User) -> None:
    """All in one, for the desk takes a while to fill."""
    assert Ticket.objects.count() > 2 * FAR
    for line in INDEXED:  # found by the index
        page, count, most = _found(line, bob)
        assert (len(page.tickets), count) == (RARE, Count(RARE)) and most < 200, line
    for line in WALKED:  # looked for so far back
        page, _, most = _found(line, bob)
        assert not page.tickets and page.after and most <= FAR, line
    for line in COMMON:  # counted no further than told
        page, count, most = _found(line, bob)
        assert (len(page.tickets), count) == (PAGE, Count(1_000, "more")) and most <= 2_100, line
    for line in ("koffer", "koffer OR zebra"):  # few, though the planner expects more than a few
        page, count, most = _found(line, bob, reach=Reach(few=_expected(line, bob) - 1))
        assert (len(page.tickets), count) == (RARE, Count(RARE)) and most < 200, line


def _expected(line: str, by: User) -> int:
    way = Conditions(by).best_way(understand(line, user=by, now=NOW).wishes)
    assert way is not None and way.rows > 1
    return way.rows


def _found(line: str, by: User, *, reach: Reach = USUAL) -> tuple[Page, Count | None, int]:
    with CaptureQueriesContext(connection) as captured:
        page, count = find_and_count(understand(line, user=by, now=NOW), reach=reach)
    return page, count, most_read(captured)


def test_tickets_of_a_tag_are_counted_without_reading_all_of_them(bob: User) -> None:
    tag = Tag.objects.create(name="often")
    tagged = Ticket.objects.order_by("pk").values_list("pk", flat=True)[::8]
    Ticket.tags.through.objects.bulk_create([Ticket.tags.through(ticket_id=pk, tag_id=tag.pk) for pk in tagged])
    settle("tickets_ticket_tags")
    page, count, most = _found("tag:often giraffe", bob)
    assert (len(page.tickets), count) == (PAGE, Count(1_000, "more")) and most < Ticket.objects.count() / 3
