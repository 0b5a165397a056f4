"""What was just done is undone where that is said, or by a key: the latest of it, never while somebody types."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.models import Draft, OutboxEntry, Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")


@pytest.fixture
def page(open_desk: Open) -> Page:
    """A ticket of one message, as its agent sees it; another one waits."""
    make_message(make_ticket())
    ticket = make_ticket()
    make_message(ticket)
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    return page


def latest() -> Ticket:
    return Ticket.objects.latest("pk")


def send(page: Page, keys: str) -> None:
    page.get_by_label("Your answer or note").fill("On its way.")
    page.keyboard.press(keys)
    expect(page.locator("#timeline .msg").last).to_contain_text("On its way.")
    expect(page.locator("#timeline form[data-takes]")).to_have_count(1)
    page.keyboard.press("Escape")


def test_what_was_resolved_by_a_key_is_taken_back_where_it_is_said(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator("#t-head")).to_contain_text("Resolved")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#t-head")).not_to_contain_text("Resolved")
    expect(page.locator("#toasts .toast").last).to_contain_text("Open")


def test_z_undoes_what_was_just_done_however_long_it_is_looked_at(page: Page) -> None:
    page.clock.install()
    undo, head = page.locator("#toasts").get_by_role("button", name="Undo"), page.locator("#t-head")
    page.keyboard.press("e")
    expect(head).to_contain_text("Resolved")
    page.get_by_label("Your answer or note").press("z")
    expect(page.get_by_label("Your answer or note")).to_have_value("z")
    page.locator("h1").click()
    page.clock.run_for(15_000)
    page.keyboard.press("z")
    expect(head).not_to_contain_text("Resolved")
    expect(undo).to_have_count(0)
    page.locator("#card-properties summary").first.click()
    page.get_by_role("button", name="Ignored").click()
    expect(undo).to_be_visible()
    undo.focus()
    page.clock.run_for(60_000)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(undo).to_have_count(0)
    assert latest().status == "open"


def test_z_takes_back_a_priority_and_a_merge(page: Page) -> None:
    this, other = latest(), Ticket.objects.earliest("pk")
    page.keyboard.press("p")
    page.get_by_role("button", name="Urgent").click()
    expect(page.locator("#toasts")).to_contain_text("Urgent")
    page.locator("h1").click()
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast").last).to_contain_text("Normal")
    assert latest().priority == "normal"
    page.goto(f"/tickets/merge/?t={this.pk}&t={other.pk}")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Merged into")
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast").last).to_contain_text("Undone.")
    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_z_takes_back_the_answer_and_what_was_resolved_with_it(page: Page) -> None:
    for keys in ("Control+Shift+Enter", "Control+Enter"):
        send(page, keys)
        page.keyboard.press("z")
        expect(page.get_by_label("Your answer or note")).to_have_value("On its way.")
        expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_have_count(0)
        assert latest().status == "open" and not OutboxEntry.objects.exists()


def test_of_two_things_to_undo_it_is_the_latest(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator("#t-head")).to_contain_text("Resolved")
    send(page, "Control+Enter")
    page.keyboard.press("z")
    expect(page.get_by_label("Your answer or note")).to_have_value("On its way.")
    assert latest().status == "resolved" and not OutboxEntry.objects.exists()
    page.locator("h1").click()
    page.keyboard.press("z")
    expect(page.locator("#t-head")).not_to_contain_text("Resolved")


def test_from_the_next_ticket_the_words_go_back_to_where_they_were_written(page: Page) -> None:
    number = latest().pk
    page.get_by_label("Your answer or note").fill("On its way.")
    page.locator(".cmp-foot .then:visible summary").click()
    page.get_by_role("button", name="Send, resolve and next").click()
    expect(page.locator("h1")).not_to_contain_text(f"#{number}")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("kept as a draft in")
    assert (latest().status, Draft.objects.values_list("ticket", "text").get()) == ("open", (number, "On its way."))
    expect(page.get_by_label("Your answer or note")).to_have_value("")


def test_what_is_out_is_not_offered_to_be_undone(page: Page) -> None:
    page.clock.install()
    send(page, "Control+Shift+Enter")
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(12_000)
    expect(undo).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Resolved")
