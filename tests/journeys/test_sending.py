"""What was just written stands in the timeline as being sent until the timeline itself holds it, and when it was not
sent the page says so and keeps the words."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from tests.factories import make_agent, make_answer, make_message
from tests.journeys.conftest import Open
from tests.journeys.test_desk import new_ticket, open_ticket
from tickets import lifecycle
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")
WORDS = "We are on it"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return new_ticket()


@pytest.fixture
def page(open_desk: Open, ticket: Ticket) -> Page:
    page = open_desk(faults=True)
    open_ticket(page, ticket)
    return page


def saying(page: Page, words: str = WORDS) -> Locator:
    return page.locator("#timeline > *", has_text=words)


def being_sent(page: Page) -> Locator:
    return page.locator("#timeline > [data-key=sending]")


def field(page: Page) -> Locator:
    return page.get_by_label("Your answer or note")


def write(page: Page, words: str = WORDS, *, mode: str = "Public") -> None:
    page.locator("#writer .seg label", has_text=mode).click()
    field(page).fill(words)
    field(page).press("Control+Enter")


def hold(page: Page, path: str) -> Callable[[], None]:
    """What is asked there waits until the returned function lets it go on."""
    held: list[Route] = []
    over = False

    def come(route: Route) -> None:
        if over:
            route.continue_()
        else:
            held.append(route)

    def let_go() -> None:
        nonlocal over
        over = True
        for route in held:
            route.continue_()

    page.route(path, come)
    return let_go


@pytest.mark.parametrize(
    ("private", "mode", "said"),
    [
        (False, "Public", ["Public", "Sending…"]),
        (True, "Private DM", ["Private", "Sending…"]),
        (False, "Note", ["Saving…"]),
    ],
)
def test_it_stands_there_as_being_sent_until_the_timeline_holds_it(
    open_desk: Open, private: bool, mode: str, said: list[str]
) -> None:
    page = open_desk()
    open_ticket(page, new_ticket(private=private))
    let_go = hold(page, "**/parts/**")
    write(page, mode=mode)
    expect(being_sent(page)).to_be_in_viewport()
    assert being_sent(page).locator("[data-for]:visible").all_inner_texts() == said
    expect(being_sent(page).locator("[data-words]")).to_have_text(WORDS)
    expect(field(page)).to_have_value("")
    let_go()
    expect(being_sent(page)).to_have_count(0)
    expect(saying(page)).to_have_count(1)


def test_what_the_timeline_says_already_is_being_sent_once_more(page: Page, ticket: Ticket) -> None:
    make_answer(ticket, WORDS)
    page.reload()
    expect(saying(page)).to_have_count(1)
    hold(page, "**/parts/**")
    write(page)
    expect(being_sent(page)).to_have_count(1)
    expect(saying(page)).to_have_count(2)


def test_what_comes_before_our_own_answer_is_not_shown_twice(page: Page) -> None:
    def answer_late(route: Route) -> None:
        answer = route.fetch()
        page.evaluate("document.body.dispatchEvent(new Event('desk:changed'))")
        expect(saying(page)).to_have_count(1)
        page.evaluate("document.documentElement.dataset.drawn = 0")
        page.evaluate(
            "new MutationObserver(() => document.querySelector('[data-key=sending]')"
            " && (document.documentElement.dataset.drawn = 1)).observe(document.body, {childList: true, subtree: true})"
        )
        route.fulfill(response=answer)

    page.route("**/write/", answer_late)
    write(page)
    expect(field(page)).to_have_value("")
    expect(page.locator("#timeline").get_by_role("button", name="Undo")).to_be_visible()
    expect(saying(page)).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-drawn", "0")


def test_what_was_asked_for_before_it_was_sent_does_not_take_it_away(page: Page, ticket: Ticket) -> None:
    early: list[Callable[[], None]] = []

    def come(route: Route) -> None:
        if not early:  # what comes after it waits
            answer = route.fetch()
            early.append(lambda: route.fulfill(response=answer))

    page.route("**/parts/**", come)
    lifecycle.change_priority(ticket, "urgent", by=make_agent("bob"), now=timezone.now())
    while not early:
        page.wait_for_timeout(20)
    write(page)
    expect(being_sent(page)).to_be_visible()
    early[0]()
    expect(page.locator("#t-head")).to_contain_text("Urgent")
    expect(being_sent(page)).to_be_visible()


def test_it_goes_on_standing_there_while_the_desk_cannot_be_reached(page: Page) -> None:
    page.route("**/parts/**", lambda route: route.abort())
    write(page)
    expect(being_sent(page)).to_be_visible()
    page.wait_for_timeout(800)  # it is asked for again and again
    expect(being_sent(page)).to_be_visible()
    page.unroute("**/parts/**")
    page.evaluate("document.body.dispatchEvent(new Event('desk:changed'))")
    expect(page.locator("#timeline").get_by_role("button", name="Undo")).to_be_visible()
    expect(being_sent(page)).to_have_count(0)
    expect(saying(page)).to_have_count(1)


def test_offline_nothing_is_being_sent_and_the_page_says_so(page: Page, ticket: Ticket) -> None:
    page.context.set_offline(True)
    write(page)
    expect(page.locator(".toast.is-danger")).to_have_text(
        "The desk did not answer, so this may not be done. Look, then try again."
    )
    expect(being_sent(page)).to_have_count(0)
    expect(field(page)).to_have_value(WORDS)
    page.context.set_offline(False)
    field(page).press("Control+Enter")
    expect(saying(page)).to_have_count(1)
    expect(field(page)).to_have_value("")
    assert ticket.messages.filter(direction="out").count() == 1


@pytest.mark.parametrize("status", [500, 502, 404])
def test_what_the_desk_cannot_do_is_said_and_the_words_stay(page: Page, ticket: Ticket, status: int) -> None:
    page.route("**/write/", lambda route: route.fulfill(status=status, body="<p>Out of order</p>"))
    write(page)
    expect(page.locator(".toast.is-danger")).to_contain_text("The desk could not do this. Try again")
    expect(being_sent(page)).to_have_count(0)
    expect(field(page)).to_have_value(WORDS)
    expect(page.get_by_text("Out of order")).to_have_count(0)
    assert not ticket.messages.filter(direction="out").exists()
    page.unroute("**/write/")
    page.get_by_role("button", name="Post publicly").click()  # which can be pressed again
    expect(saying(page)).to_have_count(1)


def test_what_the_desk_refuses_is_not_being_sent(page: Page) -> None:
    hold(page, "**/parts/**")
    write(page, "Far too long. " * 2000)
    expect(page.locator("#text-err")).to_be_visible()
    expect(being_sent(page)).to_have_count(0)


def test_what_is_said_meanwhile_stops_it_and_nothing_is_being_sent(page: Page, ticket: Ticket) -> None:
    hold(page, "**/parts/**")
    field(page).fill(WORDS)
    make_message(ticket, "Never mind, I found it")
    field(page).press("Control+Enter")
    expect(page.locator("#writer")).to_contain_text("Never mind, I found it")
    expect(being_sent(page)).to_have_count(0)
    expect(field(page)).to_have_value(WORDS)
