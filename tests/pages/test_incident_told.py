"""What an incident's page says of each who was told something, or was not."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_customer, make_message, make_queue, make_ticket, staff
from tickets.incidents import grouping
from tickets.incidents.stating import state
from tickets.incidents.telling import go_on
from tickets.models import ApprovalRule, Incident, OutboxEntry, Statement, Ticket

CARL = "900000000000000004"


@pytest.fixture
def incident(acme: object, alice: User) -> Incident:
    """Made by hand; Ben has two tickets of it, Carl one."""
    ben, now = make_customer(BEN), timezone.now()
    tickets = [make_ticket(ben), make_ticket(ben, last_message_at=now), make_ticket(make_customer(CARL))]
    for ticket in tickets:
        make_message(ticket)
    found = grouping.make(make_ticket(), "Belt", by=alice, now=now)
    grouping.add(found, [ticket.pk for ticket in tickets], by=alice, now=now)
    return found


@pytest.fixture
def parts(incident: Incident) -> list[Ticket]:
    return list(Ticket.objects.filter(part_of=incident.ticket_id).order_by("pk"))


def tell(incident: Incident, by: User) -> Statement:
    words: dict[str, Any] = {"public": "{handle}: it runs.", "private": ""}
    made = state(incident, by=by, now=timezone.now(), key=uuid4(), **words)
    go_on(clock=timezone.now, at_most=timedelta(seconds=20))
    return made


def row(desk: Client, incident: Incident, ticket: Ticket) -> str:
    """What stands at one row, and how it looks."""
    page = desk.get(f"/incidents/{incident.ticket_id}/").content.decode()
    line = rf'<li class="stated"><a class="num" href="/tickets/{ticket.pk}/">.*?</bdi>(.*?)</li>'
    found = re.search(line, page, re.DOTALL)
    assert found is not None
    return found[1]


def test_who_is_told_on_another_ticket_is_not_counted_as_refused(
    desk: Client, incident: Incident, parts: list[Ticket], alice: User
) -> None:
    made = tell(incident, alice)
    early, late, _carl = parts
    told = row(desk, incident, early)
    assert f"Is told on #{late.pk}" in told and "ink-danger" not in told
    OutboxEntry.objects.update(state="sent")
    assert f"Told on #{late.pk}" in row(desk, incident, early)
    page = desk.get(f"/incidents/{incident.ticket_id}/").content.decode()
    assert "2 of 2 sent, 1 told on another ticket</p>" in page
    made.parts.filter(ticket=late).delete()
    told = row(desk, incident, early)
    assert "Refused: This customer is told once" in told and "ink-danger" in told


def test_who_may_not_see_the_other_ticket_reads_no_number(
    desk: Client, incident: Incident, parts: list[Ticket], alice: User
) -> None:
    tell(incident, alice)
    early, late, _carl = parts
    staff("Closed", "Others")
    Ticket.objects.filter(pk=late.pk).update(queue=make_queue("Closed"))
    told = row(desk, incident, early)
    assert "told on another ticket" in told and str(late.pk) not in told


def test_what_was_refused_says_why_at_its_row(
    desk: Client, incident: Incident, parts: list[Ticket], alice: User
) -> None:
    made, carl = tell(incident, alice), parts[2]
    made.parts.filter(ticket=carl).update(state="refused", message=None, reason="Only who is mentioned may answer.")
    told = row(desk, incident, carl)
    assert "Refused: Only who is mentioned may answer." in told and "ink-danger" in told
    page = desk.get(f"/incidents/{incident.ticket_id}/").content.decode()
    assert "0 of 2 sent, 1 refused, 1 told on another ticket" in page


@pytest.mark.parametrize("rule", [True, False])
def test_what_was_taken_out_before_it_went_is_not_told_any_more(
    desk: Client, incident: Incident, parts: list[Ticket], alice: User, rule: bool
) -> None:
    if rule:
        ApprovalRule.objects.create(name="All")
    tell(incident, alice)
    carl = parts[2]
    assert "Not told any more" not in row(desk, incident, carl)
    grouping.take_out(incident, carl, by=alice, now=timezone.now())
    told = row(desk, incident, carl)
    assert "Not told any more: it was taken out of the incident before" in told and "let it go" not in told
    page = desk.get(f"/tickets/{carl.pk}/").content.decode()
    said = page[page.index('id="timeline"') :]
    assert said.count("Not told any more: it was taken out of the incident before") == 1 and "let it go" not in said
    assert "Not told any more" not in desk.get(f"/tickets/{parts[1].pk}/").content.decode()
    assert desk.get("/outbox/").content.decode().count("Not told any more: ") == 1
    OutboxEntry.objects.update(state="sent")
    assert "Not told any more" not in row(desk, incident, carl)


def test_the_look_before_it_is_resolved_says_on_which_other_part_they_protested(
    desk: Client, incident: Incident, parts: list[Ticket], alice: User
) -> None:
    early, late, _carl = parts
    tell(incident, alice)
    make_message(late, "That does not help at all", sent_at=timezone.now())
    page = desk.post(f"/incidents/{incident.ticket_id}/resolve/", {"parts": "1"}).content.decode()
    assert f"wrote on another of their tickets after what they were told: #{late.pk}" in page
    assert re.search(rf'name="t" value="{early.pk}">', page)


def in_menu(desk: Client) -> str:
    page = desk.get("/incidents/").content.decode()
    entry = (
        r'<a class="nav-item [\w-]+" href="/incidents/".*?'
        r'<span class="nav-end">(?:<span class="count">(\d+)</span>)?</span>'
    )
    found = re.search(entry, page)
    assert found is not None
    assert not found[1] or f"{found[1]} open" in page
    return found[1] or ""


def test_the_menu_says_how_many_are_open_of_those_they_may_see(desk: Client, incident: Incident, alice: User) -> None:
    now = timezone.now()
    assert in_menu(desk) == "1"
    others = [grouping.make(make_ticket(), name, by=alice, now=now) for name in ("Belt", "Depot", "Till")]
    assert in_menu(desk) == "4"
    Ticket.objects.filter(pk=others[0].ticket_id).update(status="resolved")
    grouping.unmake(others[1], by=alice, now=now)
    staff("Closed", "Others")
    Ticket.objects.filter(pk=others[2].ticket_id).update(queue=make_queue("Closed"))
    assert in_menu(desk) == "1"
    Ticket.objects.filter(pk=incident.ticket_id).update(status="closed")
    assert in_menu(desk) == ""
