"""The first run in a browser: an administrator signs in to an empty installation and ends at its first ticket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import PATIENCE_MS, session_of, web_process
from tests.journeys.test_looks import AXE, THEMES, blamed_by_axe
from tests.twitter_integration.conftest import sandbox
from tickets.models import Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["sandbox"]


@pytest.fixture
def empty_desk(transactional_db: None, sandbox: ThreadedSandbox, tmp_path: Path) -> Iterator[str]:
    """A desk on which nothing is set up yet, and which the sandbox can reach."""
    with web_process(tmp_path, x=sandbox.base_url) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, empty_desk: str, admin_user: User) -> Page:
    """The administrator's window, signed in."""
    context = chromium.new_context(base_url=empty_desk, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session_of(admin_user.username), "url": empty_desk}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    return page


def step(page: Page) -> Locator:
    """The one to be done now."""
    return page.locator('[aria-current="step"]')


def look(page: Page) -> None:
    """Nothing sticks out on a phone, and axe finds nothing to blame, by day and by night."""
    page.evaluate(f"() => {{ {AXE} }}")
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert blamed_by_axe(page) == [], page.url
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def enter_keys(page: Page, sandbox: ThreadedSandbox) -> None:
    page.get_by_label("API key (consumer key)").fill(sandbox.credentials["consumer_key"])
    page.get_by_label("API key secret (consumer secret)").fill("mistyped")
    page.get_by_role("button", name="Save and check with X").click()
    expect(page.get_by_role("alert")).to_contain_text("X does not recognise these keys.")
    look(page)
    page.get_by_label("API key secret (consumer secret)").fill(sandbox.credentials["consumer_secret"])
    page.get_by_role("button", name="Save and check with X").click()


def connect(page: Page) -> None:
    step(page).get_by_role("button", name="Connect with X").click()
    page.select_option("#authorize-user", label="Acme Help · @acmehelp_demo")
    page.click("#authorize-approve")
    page.get_by_role("button", name="Yes, connect @acmehelp_demo").click()


def test_an_administrator_is_led_from_nothing_to_the_first_ticket(
    page: Page, chromium: Browser, sandbox: ThreadedSandbox
) -> None:
    expect(page.get_by_role("heading", name="No account on X yet")).to_be_visible()
    page.goto("/admin/")
    page.get_by_role("link", name="Set up X, step by step").click()
    look(page)
    enter_keys(page, sandbox)
    connect(page)
    look(page)
    step(page).get_by_role("button", name="Register it at X").click()
    step(page).get_by_role("button", name="Subscribe @acmehelp_demo").click()
    expect(step(page)).to_contain_text("Waiting for it")
    look(page)

    plain = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(page.url)
    sandbox.act("post", user="ben_demo", text="@acmehelp_demo does this arrive?")
    assert sandbox.settle()
    drain()  # as the worker does
    expect(page.get_by_role("heading", name="@acmehelp_demo is set up")).to_be_visible()
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_role("heading", name="@acmehelp_demo is set up")).to_be_visible()
    look(page)

    page.get_by_role("link", name=f"Open ticket #{Ticket.objects.get().pk}").click()
    expect(page.locator("#timeline")).to_contain_text("does this arrive?")
    for there, words in (("/", "No account on X yet"), ("/admin/", "step by step")):
        page.goto(there)
        expect(page.get_by_text(words)).to_have_count(0)
