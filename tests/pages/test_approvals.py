"""To approve: the page of who lets answers go, and what their writers see."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_message, make_supervisor, make_ticket
from tests.pages.test_statements import statements
from tickets.models import Address, Approval, ApprovalRule, Draft, Message, OutboxEntry, Ticket

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
