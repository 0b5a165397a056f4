"""Through a list from the pages of its tickets: by keys, by links alone, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")


@pytest.fixture
def tickets() -> list[Ticket]:
    """The newest first, as the list has them."""
    found = [make_ticket() for _ in range(5)]
    for ticket in found:
        make_message(ticket)
    return found[::-1]


def place(page: Page, words: str) -> None:
    expect(page.locator(".way:visible")).to_contain_text(words)


def at(page: Page, ticket: Ticket) -> None:
    page.wait_for_url(f"**/tickets/{ticket.pk}/?of=all.n")


def test_a_list_is_worked_through_by_keys_from_ticket_to_ticket(open_desk: Open, tickets: list[Ticket]) -> None:
    page = open_desk()
    page.goto("/tickets/?view=all&order=newest")
    for key in ("j", "o", "j"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/tickets/{tickets[0].pk}/?of=all.n")
    page.keyboard.press("j")
    at(page, tickets[1])
    place(page, "2 of 5")
    stood = page.get_by_role("link", name="Next in the list").bounding_box()
    page.keyboard.press("e")
    place(page, "not among 4")
    assert page.get_by_role("link", name="Next in the list").bounding_box() == stood
    page.get_by_label("Your answer or note").press("k")
    expect(page.get_by_label("Your answer or note")).to_have_value("k")
    page.locator("h1").click()
    page.keyboard.press("j")
    at(page, tickets[2])
    place(page, "2 of 4")
    page.keyboard.press("k")
    at(page, tickets[0])
    place(page, "1 of 4")
    expect(page.get_by_role("button", name="Previous in the list")).to_be_disabled()
    page.keyboard.press("k")
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?view=all&order=newest")
    expect(page.locator("#list .row-name").first).to_be_focused()


def test_a_search_is_gone_through_by_links_alone(open_desk: Open, tickets: list[Ticket]) -> None:
    page = open_desk(javascript=False, width=320)
    page.goto("/tickets/?q=is%3Aopen+-is%3Adm")
    page.locator("#list .row-name").nth(1).click()
    place(page, "2 of 5")
    page.get_by_role("button", name="Resolve", exact=True).click()
    place(page, "not among 4")
    expect(page.locator("#t-head")).to_contain_text("Resolved")
    expect(page.get_by_role("link", name="Next in the list")).to_be_in_viewport()
    page.get_by_role("link", name="Next in the list").click()
    place(page, "2 of 4")
    page.get_by_role("link", name="Previous in the list").click()
    place(page, "1 of 4")
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/tickets/?q=is%3Aopen+-is%3Adm")
    expect(page.locator("#list .row")).to_have_count(4)
