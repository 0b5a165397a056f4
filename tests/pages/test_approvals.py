"""To approve: the page of who lets answers go, and what their writers see."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_customer, make_message, make_supervisor, make_ticket
from tests.pages.test_statements import statements
from tickets.incidents import grouping
from tickets.incidents.stating import state
from tickets.incidents.telling import go_on
from tickets.models import Address, Approval, ApprovalRule, Draft, Message, Notice, OutboxEntry, Statement, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    ApprovalRule.objects.create(name="New agents")
    ticket = make_ticket(address=acme)
    make_message(ticket)
    return ticket


@pytest.fixture
def sams_desk(db: None) -> Client:
    client = Client()
    client.force_login(make_supervisor())
    return client


def write(desk: Client, ticket: Ticket, text: str = "On its way.") -> Approval:
    page = desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": text}, follow=True).content.decode()
    assert "Somebody else has to let it go" in page and "for somebody to let it go" in page
    return Approval.objects.latest("pk")


def test_it_stands_beside_what_it_answers_and_is_counted(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    write(desk, ticket)
    page = sams_desk.get("/approvals/").content.decode()
    assert "On its way.</textarea>" in page and "Where is my order?" in page and "New agents" in page
    assert "To approve" in sams_desk.get("/").content.decode() and "To approve" not in desk.get("/").content.decode()
    assert desk.get("/approvals/").status_code == 404


def test_changed_and_let_go(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    approval = write(desk, ticket)
    answer = sams_desk.post(f"/approvals/{approval.pk}/approve/", {"text": "Today!", "seen": 0})
    assert answer.status_code == 302 and Message.objects.get(direction="out").text == "Today!"
    assert OutboxEntry.objects.get().state == "held"
    page = sams_desk.post(f"/approvals/{approval.pk}/send-back/", {"reason": "No"}).content.decode()
    assert "Sam has let it go already" in page


def test_sent_back_the_composer_opens_with_the_words_and_the_reason(
    desk: Client, sams_desk: Client, ticket: Ticket
) -> None:
    approval = write(desk, ticket)
    assert sams_desk.post(f"/approvals/{approval.pk}/send-back/", {"reason": ""}).status_code == 422
    sams_desk.post(f"/approvals/{approval.pk}/send-back/", {"reason": "Name the day."})
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "On its way.</textarea>" in page and "Sam sent this back: Name the day." in page
    assert "Came back" in desk.get("/").content.decode()
    write(desk, ticket)
    assert not Draft.objects.exists()


def test_what_was_said_since_is_marked_and_has_to_be_seen(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    approval = write(desk, ticket)
    before = Message.objects.latest("pk").pk
    make_message(ticket, "Found it!")
    answer = sams_desk.post(f"/approvals/{approval.pk}/approve/", {"text": "Mine", "seen": before})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Mine</textarea>" in page and "Since it was written" in page
    seen = Message.objects.latest("pk").pk
    assert f'name="seen" value="{seen}"' in page
    assert sams_desk.post(f"/approvals/{approval.pk}/approve/", {"seen": seen}).status_code == 302


def test_nobody_decides_their_own_or_what_they_may_not_know_of(
    desk: Client, sams_desk: Client, strangers_desk: Client, alice: User, ticket: Ticket
) -> None:
    approval = write(desk, ticket)
    for client in (desk, strangers_desk):
        assert client.post(f"/approvals/{approval.pk}/approve/", {}).status_code == 404
    Approval.objects.update(writer=User.objects.get(username="sam"))
    assert sams_desk.post(f"/approvals/{approval.pk}/approve/", {}).status_code == 404


def test_the_page_asks_no_more_for_many(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    write(desk, ticket)
    sams_desk.get("/approvals/")  # what is remembered between requests is known from here on
    few = statements(sams_desk, "/approvals/")
    for n in range(5):
        other = make_ticket(address=ticket.address)
        make_message(other)
        write(desk, other, f"Soon, number {n}")
    assert statements(sams_desk, "/approvals/") == few


def test_the_composer_says_before_that_it_goes_for_approval(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert page.count("Send for approval") == 2 and "Post publicly" not in page
    assert "Somebody else has to let this go: rule ‘New agents’. Sam may." in page
    assert "Send for approval" not in sams_desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Send for approval" in desk.get(f"/tickets/{ticket.pk}/parts/").content.decode()


def test_it_is_measured_with_the_text(desk: Client, ticket: Ticket) -> None:
    ApprovalRule.objects.update(words="refund*")
    assert "Post publicly" in desk.get(f"/tickets/{ticket.pk}/").content.decode()

    def measured(text: str) -> str:
        told = desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "public", "text": text})
        return told.content.decode()

    assert "Send for approval" not in measured("Hello")
    told = measured("You are refunded <b>")
    assert "Send for approval" in told and "it says “refund*”" in told
    assert re.search(r"Send all \d for approval", measured("You are refunded. " * 45))


def test_it_is_decided_on_the_ticket(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    approval, here = write(desk, ticket), f"/tickets/{ticket.pk}/"
    page = sams_desk.get(here).content.decode()
    assert f'action="/approvals/{approval.pk}/approve/"' in page and "On its way.</textarea>" in page
    assert f'form="let-go-{approval.pk}" name="seen"' in page
    assert f"/approvals/{approval.pk}/" not in desk.get(here).content.decode()
    answer = sams_desk.post(f"/approvals/{approval.pk}/approve/", {"text": "Today!", "on_ticket": "yes"})
    assert answer.headers["Location"] == f"{here}#m{approval.message_id}"
    for reader in (desk, sams_desk):
        page = reader.get(here).content.decode()
        assert "Changed by Sam, who let it go" in page and "On its way." in page and "As Alice wrote it" in page


def test_sent_back_on_the_ticket_its_words_stand_in_the_history(
    desk: Client, sams_desk: Client, ticket: Ticket
) -> None:
    approval, here = write(desk, ticket), f"/tickets/{ticket.pk}/"
    answer = sams_desk.post(f"/approvals/{approval.pk}/send-back/", {"reason": "When?", "on_ticket": "yes"})
    assert answer.headers["Location"] == f"{here}#read"
    assert "What was written" in sams_desk.get(here).content.decode()


def test_a_colleague_who_may_not_approve_reads_no_card(desk: Client, ticket: Ticket, bob: User) -> None:
    approval = write(desk, ticket)
    client = Client()
    client.force_login(bob)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f"/approvals/{approval.pk}/" not in page and "for somebody to let it go" in page
    assert client.post(f"/approvals/{approval.pk}/measure/", {"text": "Hello"}).status_code == 404


def test_what_is_changed_is_counted(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    approval = write(desk, ticket)
    assert f'id="ring-a{approval.pk}"' in sams_desk.get("/approvals/").content.decode()
    told = sams_desk.post(f"/approvals/{approval.pk}/measure/", {"text": "x" * 100}).content.decode()
    assert f'id="ring-a{approval.pk}"' in told and 'data-remaining="180"' in told


def test_no_moment_is_told_that_has_passed(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    write(desk, ticket)
    assert "Goes out at once." in sams_desk.get("/approvals/").content.decode()
    OutboxEntry.objects.update(not_before=timezone.now() + timedelta(days=1))
    page = sams_desk.get("/approvals/").content.decode()
    assert "at once" not in page and "Goes out " in page


def test_the_bell_leads_to_the_card_and_then_to_the_message(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    approval = write(desk, ticket)
    notice = Notice.objects.get(event="approval")
    assert "On its way." in sams_desk.get("/notices/").content.decode()
    pop_up = sams_desk.get("/notices/bell/?since=0").content.decode()
    assert f'href="/approvals/#approval-{approval.pk}"' in pop_up and "On its way." in pop_up
    assert sams_desk.post(f"/notices/{notice.pk}/").headers["Location"] == f"/approvals/#approval-{approval.pk}"
    there = f"/tickets/{ticket.pk}/#m{approval.message_id}"
    assert sams_desk.post(f"/notices/{notice.pk}/").headers["Location"] == there


def test_a_ticket_asks_no_more_for_many_that_wait(desk: Client, sams_desk: Client, ticket: Ticket) -> None:
    write(desk, ticket)
    sams_desk.get(f"/tickets/{ticket.pk}/")
    few = statements(sams_desk, f"/tickets/{ticket.pk}/")
    for n in range(4):
        write(desk, ticket, f"Soon, number {n}")
    assert statements(sams_desk, f"/tickets/{ticket.pk}/") == few


def count_in_menu(page: str, address: str) -> str:
    found = re.search(rf'<a class="nav-item [\w-]+" href="{address}".*?<span class="nav-end">(\d*)</span></a>', page)
    assert found is not None
    return found[1]


@pytest.fixture
def statement(alice: User, ticket: Ticket) -> Statement:
    """Of three parts that wait for Sam."""
    incident = grouping.make(make_ticket(), "Belt", by=alice, now=timezone.now())
    parts = [make_ticket(make_customer(f"90000000000000{n:04}")) for n in range(3)]
    for part in parts:
        make_message(part)
    grouping.add(incident, [part.pk for part in parts], by=alice, now=timezone.now())
    words: dict[str, Any] = {"public": "{handle}: the belt runs.", "private": "", "key": uuid4()}
    made = state(incident, by=alice, now=timezone.now(), **words)
    go_on(clock=timezone.now, at_most=timedelta(seconds=20))
    return made


def test_a_statement_is_one_entry_and_decided_at_once(sams_desk: Client, desk: Client, statement: Statement) -> None:
    part = Ticket.objects.filter(part_of__isnull=False).latest("pk")
    Ticket.objects.filter(pk=part.pk).update(part_of=None)
    other = make_ticket()
    make_message(other)
    for alone, entries in (0, "1"), (1, "2"):
        if alone:
            write(desk, other)
        page = sams_desk.get("/approvals/").content.decode()
        assert (
            count_in_menu(page, "/approvals/") == entries and page.count('<article class="frame approval"') == 3 + alone
        )
    Approval.objects.filter(message__ticket=other).delete()
    page = sams_desk.get("/approvals/").content.decode()
    assert "2 customers wait for you" in page and "Approve all 2" in page and "Each by itself" in page
    assert "Not told any more: " in page
    assert page.count('name="text"') == 3 and "2 answers wait for you, in 1 entry" in page
    address = f"/approvals/statements/{statement.pk}/"
    assert desk.post(f"{address}approve/").status_code == 404
    page = sams_desk.post(f"{address}approve/", follow=True).content.decode()
    assert "2 answers go out." in page and OutboxEntry.objects.filter(state="held").count() == 2
    assert "1 is not told any more" in page and "0 customers" not in page and count_in_menu(page, "/approvals/") == ""
    page = sams_desk.post(f"{address}send-back/", {"void": "1"}, follow=True).content.decode()
    assert "1 went back." in page and "Nothing waits for you." in page
    assert "Nothing of it waits" in sams_desk.post(f"{address}approve/", follow=True).content.decode()
