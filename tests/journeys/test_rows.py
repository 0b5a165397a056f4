"""The rows of a list: going from one to the next, their buttons, which the list has once, and who has a ticket open."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.factories import make_agent, make_message, make_person, make_ticket
from tests.journeys.conftest import Open
from tickets import lifecycle
from tickets.models import Ticket

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


def rows_of(page: Page) -> Locator:
    return page.locator("#list .row")


def list_of(open_desk: Open, count: int, **how: bool) -> Page:
    """So many tickets, in the order of their numbers."""
    for n in range(count):
        ticket = make_ticket(next_due_at=timezone.now() + timedelta(hours=5 + n))
        make_message(ticket, "Where is it?")
    page = open_desk(**how)
    page.goto("/tickets/?view=all")
    return page


def test_the_keys_go_no_further_than_the_ends_and_do_nothing_where_none_is_stood_on(open_desk: Open) -> None:
    page = list_of(open_desk, 2)
    name = rows_of(page).locator(".row-name")
    for key in ("o", "x"):
        page.keyboard.press(key)
    assert page.url.endswith("/tickets/?view=all") and page.locator(".row-pick:checked").count() == 0
    for key, place in (("k", 1), ("j", 1), ("k", 0), ("k", 0)):  # up from nowhere is the last
        page.keyboard.press(key)
        expect(name.nth(place)).to_be_focused()


@pytest.mark.parametrize(("key", "left"), [("j", 1), ("k", 0)])
def test_where_the_row_is_gone_one_goes_on_from_its_place(open_desk: Open, key: str, left: int) -> None:
    page = list_of(open_desk, 3)
    keys = [row.get_attribute("data-key") for row in rows_of(page).all()]
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("e")
    expect(rows_of(page)).to_have_count(2)
    assert [row.get_attribute("data-key") for row in rows_of(page).all()] == [keys[0], keys[2]]
    page.keyboard.press(key)
    expect(rows_of(page).nth(left).locator(".row-name")).to_be_focused()


def test_only_the_row_pointed_at_is_given_buttons_and_once(open_desk: Open, alice: User) -> None:
    page = list_of(open_desk, 2)
    first, second = rows_of(page).all()
    first.hover()
    first.dispatch_event("pointerover")
    expect(first.get_by_role("button")).to_have_count(2)
    expect(second.get_by_role("button")).to_have_count(0)
    Ticket.objects.update(assignee=alice)
    page.reload()
    rows_of(page).first.hover()
    expect(rows_of(page).first.get_by_role("button", name="Resolve")).to_be_visible()
    expect(rows_of(page).first.get_by_role("button", name="Take it")).to_have_count(0)  # she has it


@pytest.mark.parametrize("way", ["offline", "out of order"])
def test_what_was_not_done_is_said_and_the_row_stays(open_desk: Open, way: str) -> None:
    page = list_of(open_desk, 1, faults=True)
    row = rows_of(page)
    row.hover()
    take = row.get_by_role("button", name="Take it")
    expect(take).to_be_visible()
    if way == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/take/", lambda route: route.fulfill(status=500, body="Out of order"))
    take.click()
    said = "The desk did not answer" if way == "offline" else "The desk could not do this"
    expect(page.locator(".toast.is-danger")).to_contain_text(said)
    expect(row).not_to_contain_text("You")
    page.context.set_offline(False)
    page.unroute_all()
    take.click()
    expect(row).to_contain_text("You")


def test_somebody_else_was_faster_and_the_row_says_who(open_desk: Open) -> None:
    page, bob = list_of(open_desk, 1), make_agent("bob")
    rows_of(page).hover()
    take = rows_of(page).get_by_role("button", name="Take it")
    expect(take).to_be_visible()
    Ticket.objects.update(assignee=bob)  # unannounced: her page knows nothing of it
    take.click()
    expect(page.locator(".toast")).to_contain_text("Bob")
    assert Ticket.objects.get().assignee == bob
