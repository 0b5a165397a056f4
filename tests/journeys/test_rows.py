"""The rows of a list: their buttons, which the list has once, and who else has a ticket open."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_agent, make_message, make_person, make_ticket
from tests.journeys.conftest import Open
from tickets import lifecycle

pytestmark = pytest.mark.usefixtures("alice", "acme")


def test_a_row_that_is_pointed_at_is_taken_and_resolved_where_it_stands(open_desk: Open, alice: User) -> None:
    ticket = make_ticket()
    make_message(ticket, "Where is it?")
    page = open_desk()
    page.goto("/tickets/?view=all")
    row = page.locator("#list .row")
    expect(row.get_by_role("button")).to_have_count(0)
    row.hover()
    row.get_by_role("button", name="Take it").click()
    expect(row).to_contain_text("You")
    expect(row.get_by_role("button", name="Resolve")).to_be_visible()  # on the row as it was drawn anew
    expect(row.get_by_role("button", name="Take it")).to_have_count(0)
    row.get_by_role("button", name="Resolve").click()
    expect(row).to_have_count(0)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (alice, "resolved")


def test_its_buttons_are_reached_by_keys_and_the_focus_stays_when_the_row_changes(open_desk: Open) -> None:
    ticket = make_ticket()
    make_message(ticket, "Where is it?")
    page = open_desk()
    page.goto("/tickets/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    take, resolve = (page.locator("#list .row").get_by_role("button", name=name) for name in ("Take it", "Resolve"))
    expect(take).to_be_focused()
    page.keyboard.press("Tab")
    expect(resolve).to_be_focused()
    lifecycle.change_priority(ticket, "urgent", by=make_agent("bob"), now=timezone.now())
    expect(page.locator("#list .row")).to_contain_text("Urgent")
    expect(resolve).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#list .row")).to_have_count(0)


def test_what_somebody_may_only_read_has_no_buttons(open_desk: Open) -> None:
    ticket = make_ticket()
    make_message(ticket, "Where is it?")
    make_person("iris", role="Auditors")
    page = open_desk("iris")
    page.goto("/tickets/?view=all")
    page.locator("#list .row").hover()
    expect(page.locator("#list .row")).to_contain_text("Where is my order?")
    expect(page.locator("#list .row").get_by_role("button")).to_have_count(0)


def test_a_list_says_who_has_a_ticket_open(open_desk: Open) -> None:
    ticket = make_ticket()
    make_message(ticket, "Where is it?")
    make_agent("bob")
    hers, his = open_desk("alice"), open_desk("bob")
    hers.goto("/tickets/?view=all")
    his.goto(f"/tickets/{ticket.pk}/")
    expect(hers.locator("#list .here")).to_contain_text("Bob")
    expect(hers.locator("#list .row-what > .here + .row-text")).to_be_visible()
