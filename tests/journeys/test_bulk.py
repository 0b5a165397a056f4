"""Many tickets are changed at once, watched while it runs, and taken back, with JavaScript and without."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import make_message, make_ticket
from tests.journeys.conftest import Open
from tickets import lifecycle
from tickets.bulk import running
from tickets.models import BulkRun, Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")


@pytest.fixture
def tickets() -> list[Ticket]:
    found = [make_ticket() for _ in range(4)]
    for one in found:
        make_message(one)
    return found


def work() -> None:
    """As the worker does."""
    running.go_on(clock=timezone.now, at_most=timedelta(minutes=1))


def priorities() -> list[str]:
    return list(Ticket.objects.order_by("pk").values_list("priority", flat=True))


def order_all(page: Page) -> None:
    """All of the list, from one row that is ticked."""
    page.goto("/tickets/")
    page.locator(".row-pick").first.check()
    page.get_by_role("button", name="All that match").click()
    page.get_by_role("navigation", name="What is done").get_by_role("link", name="Priority").click()
    page.get_by_label("To which priority").select_option("urgent")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("All of them are changed.")).to_be_visible()
    assert priorities() == ["normal"] * 4
    page.get_by_role("button", name="Set the priority to Urgent, on 4 tickets").click()
    expect(page.get_by_role("heading", name="Under way")).to_be_visible()


def test_bulk_with_undo(open_desk: Open, tickets: list[Ticket], alice: User) -> None:
    page = open_desk()
    order_all(page)
    work()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()  # by itself
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 4)
    lifecycle.change_priority(tickets[0], "low", by=alice, now=timezone.now())
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Being undone")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    expect(page.get_by_text("Somebody changed its priority since.")).to_be_visible()
    assert priorities() == ["low", "normal", "normal", "normal"]


def test_bulk_with_undo_on_a_phone_without_javascript(open_desk: Open, tickets: list[Ticket]) -> None:
    page = open_desk(javascript=False, width=360)
    order_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    order_all(page)
    work()
    page.get_by_role("link", name="Look how far it is").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    work()
    page.get_by_role("link", name="Look how far it is").click()
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    assert priorities() == ["normal"] * 4 and BulkRun.objects.count() == 2


def test_ticked_rows_are_assigned_in_four_presses(open_desk: Open, tickets: list[Ticket], alice: User) -> None:
    page = open_desk()
    page.goto("/tickets/")
    boxes = page.locator(".row-pick")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("#pick").get_by_role("button", name="Assign").click()
    expect(page.get_by_label("To whom")).to_have_value(str(alice.pk))
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Assign to you, on 2 tickets").click()
    work()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert Ticket.objects.filter(assignee=alice).count() == 2
