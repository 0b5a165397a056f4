"""Going to answer on X from the composer: the mark, the link with the text, and what colleagues see."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_message, make_ticket
from tickets.models import HandOff, Ticket
from twitter_integration.models import XApp


@pytest.fixture
def ticket(acme: object) -> Ticket:
    """Nobody summoned the account: a self-serve app may not answer."""
    XApp.objects.update(tier="self-serve")
    ticket = make_ticket()
    make_message(ticket, "I agree", external_id="1950", kind="reply")
    return ticket


def page(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/tickets/{ticket.pk}/").content.decode()


def go(desk: Client, ticket: Ticket, text: str = "Hello & welcome") -> str:
    desk.post(f"/tickets/{ticket.pk}/by-hand/", {"mode": "public", "began": "public", "text": text})
    return page(desk, ticket)


def test_what_x_forbids_is_offered_by_hand(desk: Client, ticket: Ticket) -> None:
    shown = page(desk, ticket)
    assert 'data-why="not_summoned"' in shown
    assert 'data-by-hand="https://x.com/intent/tweet?in_reply_to=1950&amp;text=TEXT-OF-THE-ANSWER"' in shown


def test_without_javascript_the_link_with_the_text_comes_after_the_button(desk: Client, ticket: Ticket) -> None:
    shown = go(desk, ticket)
    assert 'href="https://x.com/intent/tweet?in_reply_to=1950&amp;text=Hello%20%26%20welcome"' in shown
    assert "Hello &amp; welcome</textarea>" in shown


def test_colleagues_see_who_is_at_it_and_no_word(desk: Client, ticket: Ticket, bob: User) -> None:
    go(desk, ticket)
    theirs = Client()
    theirs.force_login(bob)
    shown = page(theirs, ticket)
    assert "is answering this on X itself" in shown
    assert "Hello &amp; welcome" not in shown


def test_with_javascript_the_composer_keeps_its_text(desk: Client, ticket: Ticket) -> None:
    data = {"mode": "public", "began": "public", "text": "Hello"}
    answer = desk.post(f"/tickets/{ticket.pk}/by-hand/", data, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and ">Hello</textarea>" in answer.content.decode()


def test_a_second_thought_takes_the_mark_away(desk: Client, ticket: Ticket) -> None:
    go(desk, ticket)
    desk.post(f"/tickets/{ticket.pk}/by-hand/not/")
    assert HandOff.objects.get().outcome == "withdrawn"
    assert "You are answering this" not in page(desk, ticket)


def test_a_stranger_finds_nothing(strangers_desk: Client, ticket: Ticket) -> None:
    assert strangers_desk.post(f"/tickets/{ticket.pk}/by-hand/").status_code == 404
