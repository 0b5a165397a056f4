"""How many statements an endpoint asks the database: a number that does not grow with what it tells."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from kapture.api_views import description
from tests.api.caller import Caller
from tests.factories import (
    ACME,
    make_activity,
    make_agent,
    make_answer,
    make_clock,
    make_customer,
    make_folder,
    make_media,
    make_message,
    make_note,
    make_policy,
    make_queue,
    make_ticket,
)
from tests.tickets.test_phrases import make_canned
from tickets.models import Customer, Identity, OutboxEntry, SendAttempt, Tag, Ticket

pytestmark = pytest.mark.django_db
# Who calls (token, allowance), what they may (two for a person's rights), and then the rows with what hangs on them.
MOST = 12


def fill(ticket: Ticket, count: int) -> None:
    """More of everything: on the ticket, beside it, and around it."""
    now = timezone.now()
    for _n in range(count):
        stamp = f"{User.objects.count()}-{Ticket.objects.count()}"
        person, place = make_agent(f"agent {stamp}"), make_queue(f"Line {stamp}")
        folder, policy = make_folder(f"Box {stamp}"), make_policy(f"Policy {stamp}")
        identity = make_customer(f"9000{Customer.objects.count():014}")
        Identity.objects.create(customer=identity.customer, channel="other", external_id=stamp, seen_at=now)
        other = make_ticket(identity, queue=place, folder=folder, assignee=person, sla_policy=policy)
        other.tags.add(Tag.objects.create(name=stamp))
        make_media(make_message(other)), make_media(make_message(ticket))
        answer = make_answer(ticket, agent=person, state="failed")
        entry = OutboxEntry.objects.get(message=answer)
        SendAttempt.objects.create(entry=entry, started_at=now, ended_at=now, outcome="error")
        make_note(ticket, agent=person)
        make_canned(stamp, {"text": "Hi {name}", "language": "de"}, {"text": "Hi {handle}"})
        make_activity(ticket, "ticket.moved", {"before": place.pk, "after": ticket.queue_id}, actor=person)
        make_clock(ticket, ended_at=now, met=True, policy=policy)


def statements(api: Caller, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        answer = api.get(path)
    assert answer.status_code == 200, (path, answer.content)
    return len(found)


def addresses(ticket: Ticket) -> list[str]:
    """Every address that answers GET, with ids of rows that are there."""
    entry = OutboxEntry.objects.earliest("pk")
    rows: dict[str, int | None] = {
        "tickets": ticket.pk,
        "messages": entry.message_id,
        "customers": ticket.customer_id,
        "outbox": entry.pk,
    }
    rows |= {"queues": ticket.queue_id, "folders": ticket.folder_id, "tags": Tag.objects.earliest("pk").pk}
    rows |= {"sla-policies": ticket.sla_policy_id}
    found = []
    for path, methods in description()["paths"].items():
        if "get" in methods and path.split("/")[3] in {*rows, "accounts", "activities", "me"}:
            pk = str(rows.get(path.split("/")[3], ""))
            question = "?private=false" if path.endswith(("may-send/", "canned-replies/")) else ""
            found.append(path.removeprefix("/api/v1/").format(id=pk, key=ACME) + question)
    return [path for path in found if "{" not in path and _is_of_the_desk(path)]


def _is_of_the_desk(path: str) -> bool:
    """Other apps hold theirs to it themselves."""
    view = resolve(f"/api/v1/{path.partition('?')[0]}").func
    return str(view.cls.__module__).startswith(("tickets.", "kapture."))  # type: ignore[attr-defined]  # set by Django


@pytest.fixture
def ticket(acme: object, wire: object) -> Ticket:
    ticket = make_ticket(folder=make_folder("Refunds"), sla_policy=make_policy("Gold"))
    fill(ticket, 2)
    return ticket


def test_no_endpoint_asks_more_for_more_rows(api: Caller, ticket: Ticket) -> None:
    paths = addresses(ticket)
    few = {path: statements(api, path) for path in paths}
    fill(ticket, 7)
    assert {path: statements(api, path) for path in paths} == few
    assert len(paths) > 20 and {path: count for path, count in few.items() if count > MOST} == {}


@pytest.mark.parametrize(
    "query",
    [
        *("view=all", "view=unsent", "view=resolved", "tag=vip&assignee=me&status=open", "since=start"),
        *("q=order+OR+(has:note+is:open)", "q=order+OR+by:me&since=start"),
    ],
)
def test_no_question_asks_more_for_more_rows(api: Caller, ticket: Ticket, query: str) -> None:
    few = statements(api, f"tickets/?{query}")
    fill(ticket, 5)
    assert statements(api, f"tickets/?{query}") == few <= MOST


@pytest.mark.parametrize(
    ("path", "body"),
    [("take", None), ("status", {"status": "open"}), ("notes", {"text": "Hm."}), ("tags", {"names": ["a"]})],
)
def test_an_act_asks_no_more_on_a_long_ticket(api: Caller, ticket: Ticket, path: str, body: Any) -> None:
    short = make_ticket()
    with CaptureQueriesContext(connection) as on_short:
        assert api.post(f"tickets/{short.pk}/{path}/", body, Idempotency_Key="1").status_code < 300
    with CaptureQueriesContext(connection) as on_long:
        assert api.post(f"tickets/{ticket.pk}/{path}/", body, Idempotency_Key="2").status_code < 300
    assert len(on_long) <= len(on_short)
