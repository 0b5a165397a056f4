"""What may be done about an older message comes when somebody wants it, and stays where it was asked for."""

import base64

import pytest
from playwright.sync_api import Route, expect

from tests.factories import make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.models import Ticket
from tickets.timeline import STEP
from tickets.views.ticket import NEAR

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
pytestmark = pytest.mark.usefixtures("alice", "acme")


@pytest.fixture
def long_story() -> Ticket:
    ticket = make_ticket()
    for n in range(NEAR + 3):
        make_message(ticket, f"Message {n}")
    return ticket


def test_an_older_message_unfolds_in_its_place_and_folds_up_by_key(open_desk: Open, long_story: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{long_story.pk}/")
    first = page.locator(".msg").first
    first.get_by_role("link", name="React").press("Enter")
    unfolded = first.locator("details.acts-more")
    expect(unfolded).to_have_attribute("open", "")
    expect(unfolded.locator("summary")).to_be_focused()
    expect(first.get_by_role("button", name="Like")).to_be_visible()
    page.keyboard.press("Escape")
    expect(unfolded).not_to_have_attribute("open", "")
    expect(unfolded.locator("summary")).to_be_focused()


def test_it_stays_unfolded_when_others_write_and_when_its_message_is_drawn_anew(
    open_desk: Open, long_story: Ticket
) -> None:
    page = open_desk()
    page.goto(f"/tickets/{long_story.pk}/")
    first = page.locator(".msg").first
    first.get_by_role("link", name="React").click()
    expect(first.get_by_role("button", name="Like")).to_be_visible()
    message = long_story.messages.order_by("sent_at")[0]
    message.text = "Message nought"
    message.save()
    make_message(long_story, "One more")
    page.evaluate("document.body.dispatchEvent(new Event('desk:changed'))")
    expect(page.locator(".msg").last).to_contain_text("One more")
    expect(first).to_contain_text("Message nought")
    expect(first.get_by_role("button", name="Like")).to_be_visible()


def test_without_javascript_it_is_a_page(open_desk: Open, long_story: Ticket) -> None:
    page = open_desk(javascript=False)
    page.goto(f"/tickets/{long_story.pk}/")
    page.locator(".msg").first.get_by_role("link", name="React").click()
    expect(page.get_by_role("heading", name="React")).to_be_visible()
    expect(page.get_by_role("button", name="Like")).to_be_visible()


def test_where_very_many_are_shown_older_ones_keep_their_face_and_unfold_to_all_there_is(open_desk: Open) -> None:
    ticket = make_ticket(make_customer(avatar_url="https://pbs.twimg.com/ana.png"))
    for n in range(STEP + 1):
        make_message(ticket, f"Message {n}")
    page = open_desk()
    page.route("https://pbs.twimg.com/*", lambda route: route.fulfill(body=DOT, content_type="image/png"))
    page.goto(f"/tickets/{ticket.pk}/?show={2 * STEP}")
    first = page.locator(".msg").first
    expect(first.locator(".av > img")).to_have_attribute("src", "https://pbs.twimg.com/ana.png")
    first.get_by_role("link", name="More").press("Enter")
    expect(first.locator("summary", has_text="React")).to_be_focused()
    first.get_by_role("link", name="Answer this one").click()
    expect(first.get_by_text("Your answer goes here")).to_be_visible()
    expect(first.locator(".av > img")).to_have_count(1)


def test_a_picture_that_does_not_load_is_not_asked_for_again_and_again(open_desk: Open) -> None:
    ticket = make_ticket(make_customer(avatar_url="https://pbs.twimg.com/gone.png"))
    for n in range(STEP + 1):
        make_message(ticket, f"Message {n}")
    page, asked = open_desk(width=390), list[str]()

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("https://pbs.twimg.com/*", refuse)
    # Far from the card, whose own picture is not asked for until it is near.
    page.goto(f"/tickets/{ticket.pk}/?show={2 * STEP}#m{ticket.messages.earliest('sent_at').pk}")
    expect(page.locator(".msg").first).to_be_in_viewport()
    expect(page.locator(".msg").first.locator(".av > img")).to_have_count(0)
    page.wait_for_timeout(300)
    before = len(asked)
    page.wait_for_timeout(500)
    assert before and len(asked) == before
