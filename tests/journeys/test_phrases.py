"""Canned replies by the slash and in their chooser, macros beside the ticket, in a browser."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.factories import make_agent, make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tests.tickets.test_phrases import make_canned
from tickets.models import Address, CannedReply, Macro, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket)
    return ticket


@pytest.fixture
def page(alice: User, ticket: Ticket, open_desk: Open) -> Page:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    return page


def test_a_slash_lists_the_arrows_choose_and_enter_puts_it_in(page: Page) -> None:
    make_canned("Late", shortcut="late")
    make_canned("Later", {"text": "Dear {agent_first_name}{ticket}: {handle}"}, shortcut="later")
    page.reload()
    text = page.locator("#text")
    text.press_sequentially("Good morning. /la")
    expect(page.locator("#canned-found [aria-selected=true]")).to_contain_text("Late")
    expect(page.locator("#canned-found [data-shown]")).to_have_text("Hello Ana, it is on its way.")
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


def test_the_chooser_searches_shows_the_words_and_puts_them_where_the_caret_is(page: Page) -> None:
    make_canned("Late", category="Delivery")
    make_canned("Bye", {"text": "Bye {first_name}"}, category="Ends")
    page.reload()
    page.locator("#text").fill("Dear Ana.")
    page.locator("h1").click()
    page.keyboard.press("c")
    chooser = page.locator("#canned-chooser")
    expect(chooser.get_by_role("option")).to_have_count(2)
    page.keyboard.type("by")
    expect(chooser.get_by_role("option")).to_have_count(1)
    expect(chooser.locator("[data-shown]")).to_have_text("Bye Ana")
    page.locator("#canned-q").fill("")
    expect(chooser.get_by_role("option")).to_have_count(2)
    page.keyboard.type("bye")
    page.keyboard.press("Enter")  # faster than the list: what was typed counts
    expect(page.locator("#text")).to_have_value("Dear Ana.\n\nBye Ana")
    expect(chooser).to_be_hidden()


def test_a_macro_is_run_by_m_some_letters_and_enter_twice(page: Page, ticket: Ticket) -> None:
    Macro.objects.create(name="Lost", tags="lost", position=1)
    Macro.objects.create(name="Refund promised", note="Asked the bank.", status="resolved")
    page.locator("h1").click()
    page.keyboard.press("Shift+M")
    shown = page.locator("#macro-shown")
    expect(shown).to_contain_text("add the tag lost")
    page.keyboard.type("refu")
    page.keyboard.press("Enter")  # faster than the list: what was typed counts
    expect(shown.get_by_role("button", name="Run it")).to_be_focused()
    expect(shown).to_contain_text("Asked the bank.")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Done: Refund promised")
    assert Ticket.objects.get(pk=ticket.pk).status == "resolved"


def test_the_sheet_of_keys_opens_beside_the_page_and_not_while_typing(page: Page) -> None:
    page.locator("#text").press("?")
    expect(page.locator(".keys-sheet")).to_have_count(0)
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator(".keys-sheet")).to_contain_text("Run a macro")
    page.keyboard.press("Shift+M")
    expect(page.locator("#macro-chooser")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".keys-sheet")).to_have_count(0)


def test_behind_the_sidebar_the_page_stands_still(page: Page) -> None:
    place = "(node => JSON.stringify(node.getBoundingClientRect()))(document.querySelector('#know'))"
    before = page.evaluate(place)
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#side #q")).to_be_focused()
    assert page.evaluate(place) == before


def test_a_name_is_looked_for_in_one_line_below_the_words(page: Page) -> None:
    make_agent("bob")
    page.reload()
    page.locator("#writer .seg label", has_text="Note").click()
    page.locator("#mention-button").click()
    text, row = page.locator("#text"), page.locator("#mention-list")
    expect(row).to_be_visible()
    text.press_sequentially("bo")
    text.press("Enter")
    expect(text).to_have_value("@bob ")
    expect(row).to_be_hidden()
