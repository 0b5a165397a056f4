"""Answers that somebody else lets go, in a real browser: its writer knows before, whoever decides does so in place."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.factories import make_agent, make_answer, make_approval, make_message, make_supervisor, make_ticket
from tests.journeys.conftest import Open
from tickets.live import announce
from tickets.models import ApprovalRule, Message, Ticket

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def ticket(alice: User) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def test_the_button_says_it_while_one_writes(open_desk: Open, ticket: Ticket) -> None:
    ApprovalRule.objects.create(name="Money", words="refund*", said="public")
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("You will be refunded.")
    expect(page.get_by_role("button", name="Send for approval")).to_be_visible()
    expect(page.get_by_text("it says “refund*”")).to_be_visible()
    page.get_by_text("Private DM").click()
    expect(page.get_by_role("button", name="Send privately")).to_be_visible()
    expect(page.get_by_text("it says “refund*”")).to_be_hidden()
    page.locator("#writer .seg").get_by_text("Public").click()
    page.locator("#text").fill("You will be called.")
    expect(page.get_by_role("button", name="Post publicly")).to_be_visible()
    page.locator("#text").fill("You will be refunded.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("#timeline").get_by_text("for somebody to let it go")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_changed_and_let_go_on_the_ticket(open_desk: Open, ticket: Ticket, javascript: bool) -> None:
    make_supervisor()
    message = make_answer(ticket, "You get a voucher.", state="awaiting")
    make_approval(message)
    page = open_desk("sam", javascript=javascript)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("The answer; you may change it first").fill("You get an apology.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#timeline").get_by_text("You get an apology.")).to_be_visible()
    page.get_by_text("Changed by Sam, who let it go").click()
    expect(page.locator("#timeline").get_by_text("You get a voucher.")).to_be_visible()
    assert Message.objects.get(pk=message.pk).text == "You get an apology."


def test_words_that_are_being_changed_outlive_what_happens_meanwhile(open_desk: Open, ticket: Ticket) -> None:
    make_supervisor()
    waiting = make_approval(make_answer(ticket, "You get a voucher.", state="awaiting"))
    page = open_desk("sam")
    page.goto(f"/tickets/{ticket.pk}/")
    field = page.get_by_label("The answer; you may change it first")
    field.fill("You get an apology.")
    expect(page.locator(f"#ring-a{waiting.pk} [data-remaining]")).to_have_attribute("data-remaining", "261")
    page.get_by_placeholder("Why it goes back").focus()
    waiting.expires_at = waiting.asked_at  # what is drawn of it is different from here on
    waiting.save()
    make_message(ticket, "Are you there?")
    announce([ticket.pk])
    expect(page.locator("#timeline").get_by_text("Are you there?")).to_be_visible()
    page.locator("#text").focus()
    announce([ticket.pk])
    expect(field).to_have_value("You get an apology.")


def test_who_else_writes_stands_by_the_composer(open_desk: Open, ticket: Ticket) -> None:
    make_agent("bob")
    mine, bobs = open_desk(), open_desk("bob")
    mine.goto(f"/tickets/{ticket.pk}/")
    bobs.goto(f"/tickets/{ticket.pk}/")
    bobs.locator("#text").press_sequentially("On its")
    expect(mine.locator("#write").get_by_text("Bob is writing")).to_be_visible()
