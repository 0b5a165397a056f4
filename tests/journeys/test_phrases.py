"""Canned replies by the slash, in a browser."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.factories import make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tests.tickets.test_phrases import make_canned
from tickets.models import Address, CannedReply

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_slash_lists_the_arrows_choose_and_enter_puts_it_in(alice: User, acme: Address, open_desk: Open) -> None:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket)
    make_canned("Late", shortcut="late")
    make_canned("Later", {"text": "Dear {agent_first_name}{ticket}: {handle}"}, shortcut="later")
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    text = page.locator("#text")
    text.press_sequentially("Good morning. /la")
    expect(page.locator("#canned-found [aria-selected=true]")).to_contain_text("Late")
    text.press("ArrowDown")
    text.press("ArrowUp")
    text.press("Enter")
    expect(text).to_have_value("Good morning. Hello Ana, it is on its way.")
    expect(page.locator("#canned-found")).to_be_hidden()
    expect(page.locator("#ring")).to_contain_text("238")
    text.press_sequentially(" /xyz")
    expect(page.locator("#canned-found")).to_contain_text("No canned reply")
    text.press("Escape")
    expect(page.locator("#canned-found")).to_be_hidden()
    assert CannedReply.objects.get(shortcut="late").uses == 1
