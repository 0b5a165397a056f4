"""What somebody without the right to read private messages gets to see of a public ticket that holds some."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_activity, make_agent, make_answer, make_message, make_ticket
from tests.tickets.rights import without
from tickets import replies
from tickets.models import Message, Ticket
from tickets.shown.history import MOST_FACTS
from tickets.timeline import load

SECRET = "The door code is 1234"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket, "for all")
    return ticket


@pytest.fixture
def secret(ticket: Ticket, alice: User) -> Message:
    return make_answer(ticket, SECRET, state="held", visibility="private", kind="direct")


@pytest.fixture
def bobs_desk(bob: User) -> Client:
    """Bob's browser, who answers in public only."""
    client = Client()
    client.force_login(without(bob, "see_private"))
    return client


@pytest.mark.parametrize("page", ["/tickets/{n}/", "/tickets/{n}/parts/", "/tickets/{n}/?show=200"])
def test_the_page_shows_what_they_may_read_and_nothing_else(
    bobs_desk: Client, desk: Client, secret: Message, page: str
) -> None:
    address = page.format(n=secret.ticket_id)
    his, hers = (who.get(address).content.decode() for who in (bobs_desk, desk))
    assert "for all" in his and SECRET not in his and "Private from here" not in his
    assert SECRET in hers


@pytest.mark.parametrize("verb", ["undo", "try-again"])
def test_there_is_nothing_to_take_back_or_to_send_again(bobs_desk: Client, secret: Message, verb: str) -> None:
    answer = bobs_desk.post(f"/messages/{secret.pk}/{verb}/")
    assert answer.status_code == 404 and SECRET not in answer.content.decode()
    assert Message.objects.filter(pk=secret.pk).exists()


@pytest.mark.parametrize("page", ["/", "/tickets/", "/tickets/rows/", "/tickets/{other}/"])
def test_no_list_repeats_it(bobs_desk: Client, desk: Client, ticket: Ticket, page: str) -> None:
    other = make_ticket()
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "private", "text": SECRET})
    desk.post(f"/tickets/{ticket.pk}/assign/", {"assignee": User.objects.get(username="bob").pk})
    his = bobs_desk.get(page.format(other=other.pk)).content.decode()
    assert re.search(rf'href="?(/tickets/)?{ticket.pk}/["?>]', his) and SECRET not in his


def test_the_history_tells_that_something_was_taken_back_but_not_what(
    bobs_desk: Client, secret: Message, alice: User
) -> None:
    replies.undo(secret, by=alice, now=secret.sent_at)
    page = bobs_desk.get(f"/tickets/{secret.ticket_id}/").content.decode()
    assert "took an answer back" in page and SECRET not in page


def test_somebody_who_may_only_look_is_shown_no_gate_to_private_words(bobs_desk: Client, ticket: Ticket) -> None:
    hidden = make_message(ticket, SECRET, visibility="private", kind="direct")
    query = f"?to_private={hidden.pk}"
    for part in ("", "parts/"):
        assert SECRET not in bobs_desk.get(f"/tickets/{ticket.pk}/{part}{query}").content.decode()
    form = {"mode": "private", "to_private": hidden.pk, "instead": hidden.pk, "text": "x"}
    assert SECRET not in bobs_desk.post(f"/tickets/{ticket.pk}/write/", form).content.decode()


def test_a_long_history_is_read_from_its_end_and_keeps_its_beginning(ticket: Ticket) -> None:
    make_activity(ticket, "ticket.opened")
    for _ in range(MOST_FACTS + 5):
        make_activity(ticket, "ticket.tagged", {"tag": "again"}, at=ticket.last_message_at)
    shown = load(ticket, user=make_agent("sue"))
    assert sum(item.sort == "line" for item in shown.items) == MOST_FACTS
    assert list(shown.origin) == ["Ticket opened."]
