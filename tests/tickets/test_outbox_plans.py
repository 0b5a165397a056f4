"""How the database answers what is on its way out, among much that is out long since: from an index, by key."""

from copy import copy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapture.api_paging import SIZE
from kapture.sets import copy_objects, reserve_keys
from tests.api.caller import Caller
from tests.factories import make_agent, make_answer, make_supervisor, make_ticket
from tests.planner import carried_out, looked_at, settle
from tests.tickets.rights import without
from tickets.choices import SendState
from tickets.models import OutboxEntry
from tickets.sending.outgoing import PAGE

pytestmark = pytest.mark.django_db(transaction=True)
MANY, UNSENT = 40_000, 200
STATES = (SendState.FAILED, SendState.QUEUED)
LARGE = {"tickets_outboxentry", "tickets_message"}
# What a person may see is asked of these.
SMALL = ("tickets_address", "tickets_address_speakers", "auth_group", "auth_user_groups")


@pytest.fixture(autouse=True)
def much() -> None:
    """Of 40,000 answers 200 are not out, the last ones of all among them."""
    ticket = make_ticket()
    first, tickets = make_answer(ticket), [copy(ticket) for _ in range(MANY // 20)]
    for one in tickets:
        one.pk = None
    copy_objects(tickets)
    entry = OutboxEntry.objects.get()
    messages, entries = [], []
    for n, pk in enumerate(reserve_keys(type(first), MANY)):
        message, row = copy(first), copy(entry)
        unsent = n % (MANY // UNSENT) == MANY // UNSENT - 1
        message.pk, message.external_id = pk, None if unsent else f"9{n}"
        message.ticket_id, message.sent_at = tickets[n // 20].pk, first.sent_at + timedelta(seconds=n)
        row.message_id, row.key, row.created_at = pk, uuid4(), message.sent_at
        row.state = STATES[n // (MANY // UNSENT) % len(STATES)] if unsent else SendState.SENT
        messages.append(message)
        entries.append(row)
    for row, pk in zip(entries, reserve_keys(OutboxEntry, MANY), strict=True):
        row.pk = pk
    copy_objects(messages)
    copy_objects(entries)
    settle(*SMALL)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def check(captured: CaptureQueriesContext, *, most: int) -> None:
    """Of what asked for entries: nothing read from end to end, and no more rows of a large table than these."""
    asked = [query["sql"] for query in captured.captured_queries if 'FROM "tickets_outboxentry"' in query["sql"]]
    assert asked
    for sql in asked:
        for node in carried_out(sql):
            if node.get("Relation Name") in LARGE:
                assert node["Node Type"] != "Seq Scan" and looked_at(node) <= most, (node, sql)


def people() -> list[User]:
    """Who sees all, who sees tickets, and who sees public ones alone."""
    return [make_supervisor(), make_agent("bob"), without(make_agent("carla"), "see_private")]


def test_the_page_reads_what_is_not_out_alone() -> None:
    for person in people():
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as captured:
            for query in ("", "?state=failed", "?state=queued"):
                answer = client.get(f"/outbox/{query}")
                assert answer.status_code == 200 and len(answer.context["rows"]) == PAGE
        check(captured, most=UNSENT)


def test_a_program_reads_its_page_alone_by_key_and_of_a_state_what_is_not_out() -> None:
    for person in people():
        caller = Caller(person)
        for query, most in (("", SIZE + 1), ("?order=oldest", SIZE + 1), ("?state=failed&order=oldest", UNSENT)):
            with CaptureQueriesContext(connection) as captured:
                answer = caller.get(f"outbox/{query}")
                further = caller.client.get(answer.json()["next"])
            assert len(answer.json()["results"]) == len(further.json()["results"]) == SIZE
            check(captured, most=most)
