"""Searching by keys, and without a script."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.finding.entries import index

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
    page.get_by_label("Remove: zebra").click()
    expect(page.locator("#q")).to_have_value("is:open")
    page.keyboard.press("/")
    page.keyboard.type("quue:x")
    page.keyboard.press("Enter")
    expect(page.locator("#q-note")).to_contain_text("Did you mean queue:?")
