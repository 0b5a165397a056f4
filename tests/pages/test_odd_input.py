"""What no browser of ours sends is refused in a sentence, and never breaks a page."""

import pytest
from django.test import Client

from tests.factories import make_message, make_supervisor, make_ticket
from tickets.models import Message, Ticket

HUGE = str(2**63)


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


@pytest.mark.parametrize("field", ["seen", "to_public", "to_private", "parts"])
def test_a_number_no_row_has_sends_nothing_and_keeps_the_text(desk: Client, ticket: Ticket, field: str) -> None:
    data = {"mode": "public", "began": "public", "text": "On its way.", "do": "later", "send_at": "2030-01-01T10:00"}
    answer = desk.post(f"/tickets/{ticket.pk}/write/", data | {field: HUGE})
    assert answer.status_code == 422 and ">On its way.</textarea>" in answer.content.decode()
    assert "cannot be read" in answer.content.decode() and Message.objects.count() == 1


@pytest.mark.parametrize("where", ["/theme/", "/tickets/{n}/take/"])
@pytest.mark.parametrize(
    "asked", ["<x>", "home", "//evil.example", "https://evil.example/", "\x00", "/\x00\n", "http://["]
)
def test_a_page_that_is_none_of_ours_is_not_gone_back_to(desk: Client, ticket: Ticket, where: str, asked: str) -> None:
    answer = desk.post(where.format(n=ticket.pk), {"theme": "dark", "next": asked})
    assert answer.status_code == 302 and answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


@pytest.mark.parametrize("field", ["code", "words"])
def test_a_reason_with_a_nul_tries_nothing_again(desk: Client, acme: object, field: str) -> None:
    answer = desk.post("/outbox/try-all-again/", {"code": "403", "words": "Refused."} | {field: "a\x00"}, follow=True)
    assert answer.status_code == 200 and "Nothing is left that failed for this reason." in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounts/%00/", 404),
        ("/accounts/%00/posts/", 404),
        ("/tickets/%00/", 404),
        ("/tickets/?q=%00", 400),
        ("/admin/twitter_integration/event/?outcome__exact=%00", 400),
        ("/admin/twitter_integration/event/_00/change/", 302),
    ],
)
def test_an_address_with_a_nul_names_nothing(client: Client, acme: object, address: str, status: int) -> None:
    client.force_login(make_supervisor(is_staff=True, is_superuser=True))
    answer = client.get(address)
    assert answer.status_code == status
    assert status == 302 or "<h1>" in answer.content.decode()


def test_an_act_of_no_account_is_not_there(client: Client, acme: object) -> None:
    client.force_login(make_supervisor(is_staff=True, is_superuser=True))
    assert client.post("/accounts/%00/do/like/").status_code == 404
