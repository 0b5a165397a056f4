"""What no browser of ours sends is refused in a sentence, and never breaks a page."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import ACME, make_message, make_supervisor, make_ticket
from tickets.models import Address, Message, Ticket

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


@pytest.mark.parametrize("mode", ["public", "private", "note"])
def test_a_paste_of_megabytes_is_refused_by_its_length_alone(desk: Client, ticket: Ticket, mode: str) -> None:
    paste = "x.de " * 400_000
    answer = desk.post(f"/tickets/{ticket.pk}/write/", {"mode": mode, "began": mode, "text": paste})
    page = answer.content.decode()
    assert (answer.status_code, Message.objects.count()) == (422, 1)
    assert "This text has 2000000 characters; more than 30000 are never sent. Shorten it." in page
    assert paste in page and 'name="parts"' not in page


def test_a_new_post_of_megabytes_is_refused_by_its_length_alone(client: Client, acme: Address) -> None:
    client.force_login(make_supervisor())
    answer = client.post(f"/post/{acme.pk}/", {"text": "x.de " * 400_000})
    page = answer.content.decode()
    assert answer.status_code == 422 and "x.de x.de" in page
    assert "This text has 2000000 characters; more than 30000 are never sent. Shorten it." in page


@pytest.mark.parametrize("where", ["/tickets/{n}/draft/", "/tickets/{n}/by-hand/"])
def test_a_paste_of_megabytes_stalls_no_other_form(desk: Client, ticket: Ticket, where: str) -> None:
    data = {"mode": "public", "began": "public", "text": "x.de " * 400_000}
    assert desk.post(where.format(n=ticket.pk), data).status_code in (302, 422)


@pytest.mark.parametrize("where", ["/theme/", "/tickets/{n}/take/"])
@pytest.mark.parametrize(
    "asked",
    ["<x>", "home", "//evil.example", "https://evil.example/", "\x00", "/\x00\n", "http://[", f"/{'x' * 20_000}"],
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


def test_a_nul_is_left_out_of_what_a_form_sends(desk: Client, ticket: Ticket) -> None:
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "note", "began": "note", "text": "a\x00b"})
    desk.post(f"/tickets/{ticket.pk}/tag/", {"name": "a\x00b"})
    assert Message.objects.latest("pk").text == "ab"
    assert [tag.name for tag in ticket.tags.all()] == ["ab"]


@pytest.mark.parametrize("where", ["/tickets/{n}/do/mute/", "/tickets/{n}/do/block/", "/accounts/{a}/do/mute/"])
def test_a_reason_with_a_nul_breaks_nothing(client: Client, ticket: Ticket, where: str) -> None:
    client.force_login(make_supervisor(is_staff=True, is_superuser=True))
    told = {"reason": "a\x00b", "person": "12", "until": "9999-12-31", "sheet": str(uuid4()), "sure": "yes"}
    answer = client.post(where.format(n=ticket.pk, a=ACME), told, follow=True)
    assert answer.status_code in (200, 422) and "at most ten years" in answer.content.decode()


def test_an_act_of_no_account_is_not_there(client: Client, acme: object) -> None:
    client.force_login(make_supervisor(is_staff=True, is_superuser=True))
    assert client.post("/accounts/%00/do/like/").status_code == 404
