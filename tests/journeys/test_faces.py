"""Faces: a picture that does not load leaves the initials to see, and no mark of a broken picture."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories import BEN, make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tests.journeys.test_desk import arrive
from tests.journeys.test_unfolding import DOT
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")
PICTURES = "https://pbs.twimg.com/*"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    """Of somebody who has a picture."""
    ticket = make_ticket(make_customer(BEN, name="Ben Demo", avatar_url="https://pbs.twimg.com/ben.png"))
    make_message(ticket)
    return ticket


def draw(route: Route) -> None:
    route.fulfill(body=DOT, content_type="image/png")


def refuse(route: Route) -> None:
    route.fulfill(status=404)


def pictures(page: Page, place: str) -> list[int]:
    """How wide each is that stands there; one that did not load has no width."""
    widths: list[int] = page.locator(f"{place} .av > img").evaluate_all("all => all.map(one => one.naturalWidth)")
    return widths


def initials(page: Page, place: str) -> str:
    script = "face => getComputedStyle(face, '::before').content + face.textContent"
    return str(page.locator(f"{place} .av").first.evaluate(script))


@pytest.mark.parametrize(("path", "place"), [("/tickets/?view=all", "#list .row"), ("/tickets/{}/", "#timeline")])
def test_a_picture_that_loads_stands_over_the_initials(open_desk: Open, ticket: Ticket, path: str, place: str) -> None:
    page = open_desk(faults=True)
    page.route(PICTURES, draw)
    page.goto(path.format(ticket.pk))
    expect(page.locator(f"{place} .av > img")).to_have_js_property("complete", True)
    assert pictures(page, place) == [1]


@pytest.mark.parametrize("fail", [refuse, Route.abort])
@pytest.mark.parametrize(
    ("path", "place"), [("/tickets/?view=all", "#list .row"), ("/tickets/{}/", "#timeline"), ("/tickets/{}/", "#know")]
)
def test_one_that_does_not_load_leaves_the_initials(
    open_desk: Open, ticket: Ticket, path: str, place: str, fail: object
) -> None:
    page = open_desk(faults=True)
    page.route(PICTURES, lambda route: fail(route))  # type: ignore[operator]
    page.goto(path.format(ticket.pk))
    expect(page.locator(f"{place} .av > img")).to_have_count(0)
    expect(page.locator(f"{place} .av").first).to_be_visible()
    assert "BD" in initials(page, place)


def test_one_that_failed_before_the_script_began_goes_too(open_desk: Open, ticket: Ticket) -> None:
    """Of an error before then nothing is heard: it is seen on the picture."""
    page, scripts = open_desk(faults=True), list[Route]()
    page.route(PICTURES, refuse)
    page.route("**/*.js", lambda route: scripts.append(route))
    page.goto("/tickets/?view=all", wait_until="commit")
    picture = page.locator("#list .row .av > img")
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_count(1)
    page.unroute("**/*.js")
    for script in scripts:
        script.continue_()
    expect(picture).to_have_count(0)


def test_one_that_comes_with_a_later_message_goes_too(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk(faults=True)
    page.route(PICTURES, refuse)
    with page.expect_response("**/parts/**"):
        page.goto(f"/tickets/{ticket.pk}/")
    expect(page.locator("#timeline .av > img")).to_have_count(0)
    arrive(ticket, "One more thing")
    expect(page.locator("#timeline .msg", has_text="One more thing")).to_be_visible()
    expect(page.locator("#timeline .av > img")).to_have_count(0)
    expect(page.locator("#timeline .av")).to_have_count(2)
