"""Searching by keys, and without a script."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.factories import make_message, make_queue, make_ticket
from tests.journeys.conftest import Open
from tickets.finding.entries import index
from tickets.models import SavedView

pytestmark = pytest.mark.usefixtures("alice", "acme")


def test_a_slash_goes_to_the_search_but_not_while_typing(open_desk: Open) -> None:
    ticket = make_ticket()
    index([make_message(ticket, "A lost Zébra")])
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your answer or note").press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("zebra is:open")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text("Zébra")
    page.get_by_label("Remove: Says “zebra”").click()
    expect(page.locator("#q")).to_have_value("is:open")
    page.wait_for_load_state()  # keys mean something once the scripts of the page have run
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("quue:x")
    page.keyboard.press("Enter")
    expect(page.locator("#q-note")).to_contain_text("Did you mean queue:?")


def test_words_and_names_are_put_in_by_keys(open_desk: Open) -> None:
    make_ticket(queue=make_queue("Customer care"))
    page = open_desk()
    page.goto("/tickets/")
    box, offered = page.locator("#q"), page.locator("#q-offers [role=option]")
    page.keyboard.press("/")
    page.keyboard.type("-qu")
    expect(offered).to_have_text(["queue:"])
    page.keyboard.press("ArrowDown")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(box).to_have_value("-queue:")
    page.keyboard.type("cus")
    expect(offered).to_have_text(["customer-care"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).to_have_value("-queue:customer-care ")
    page.keyboard.type("OR is:cl")
    offered.get_by_text("closed").click()
    expect(box).to_have_value("-queue:customer-care OR is:closed ")
    expect(page.locator("#q-offers")).to_be_hidden()
    page.keyboard.type("is:")
    expect(offered.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#q-offers")).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    expect(page.locator("#list-count")).to_have_text("0 tickets")


def test_the_menu_says_how_many_tickets_a_saved_view_finds(open_desk: Open, alice: User) -> None:
    SavedView.objects.create(name="Open ones", query="is:open priority:normal", owner=alice)
    make_ticket()
    page = open_desk()
    expect(page.locator("#side-nav").get_by_role("link", name="Open ones 1")).to_be_visible()
