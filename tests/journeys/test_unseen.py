"""A page in a tab that nobody looks at costs the desk little, and has everything once somebody does."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Open
from tests.journeys.test_desk import arrive, new_ticket, open_ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")


def test_a_page_that_nobody_looks_at_waits_and_catches_up_when_somebody_does(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange')) }}", True)
    arrive(ticket, "The first is fetched at once")
    expect(page.get_by_text("The first is fetched at once").first).to_be_attached()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/parts/" in request.url else None)
    with page.expect_event("console", lambda message: message.text == "told"):
        page.evaluate("""() => new EventSource(document.querySelector('[data-live]').dataset.live)
            .addEventListener('changed', () => console.log('told'))""")
        page.wait_for_timeout(500)
        arrive(ticket, "The second waits")
    page.wait_for_timeout(500)
    assert asked == []
    page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange')) }}", False)
    expect(page.get_by_text("The second waits").first).to_be_attached()
