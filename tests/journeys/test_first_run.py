"""The first run in a browser: an administrator signs in to an empty installation and ends at its first ticket."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, free_port
from tests.journeys.test_looks import AXE, THEMES, blamed_by_axe
from tests.journeys.test_whole_way import _wait_until_ready as wait_until_ready

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]
PASSWORD = "first-run-4711"
ARRIVES = 30_000


@dataclass(frozen=True)
class Empty:
    """A desk on which nothing is set up, and the X it would speak to."""

    desk: str
    sandbox: str
    keys: dict[str, Any]


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        whole = [sys.executable, "manage.py", *command]
        process = subprocess.Popen(
            whole, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@pytest.fixture
def empty() -> Iterator[Empty]:
    desk, sandbox = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    # A short path of its own: a socket's may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="kap") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        bare = {"PATH": os.environ["PATH"], "HOME": folder, "KAPTURE_VAR": f"{folder}/var", "PUBLIC_URL": desk}
        bare |= {"X_API_URL": sandbox, "X_UPLOAD_URL": sandbox, "X_WEB_URL": sandbox, "MEDIA_HOSTS": sandbox}
        store = ["sandbox", "--store", f"{folder}/x.sqlite3"]
        stack.enter_context(running([*store, "--port", sandbox[-5:]], bare, Path(folder) / "x.log"))
        log = Path(folder) / "up.log"
        wait_until_ready(stack.enter_context(running(["up", "--port", desk[-5:]], bare, log)), log)
        named = {"DJANGO_SUPERUSER_USERNAME": "ada", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        manage("createsuperuser", "--noinput", "--email", "ada@example.com", environment=bare | named)
        yield Empty(desk, sandbox, json.loads(manage(*store, "--credentials", environment=bare)))


def manage(*command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode()


def sign_in(chromium: Browser, base: str) -> Page:
    page = chromium.new_context(base_url=base, viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(15_000)
    page.goto("/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def look(page: Page) -> None:
    """Nothing sticks out on a phone, and axe finds nothing to blame, by day and by night."""
    page.evaluate(f"() => {{ {AXE} }}")
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert blamed_by_axe(page) == [], page.url
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def step(page: Page) -> Any:
    """The one to be done now."""
    return page.locator('[aria-current="step"]')


def test_an_administrator_is_led_from_nothing_to_the_first_ticket(chromium: Browser, empty: Empty) -> None:
    page = sign_in(chromium, empty.desk)
    expect(page.get_by_role("heading", name="No account on X yet")).to_be_visible()
    page.goto("/admin/")
    page.get_by_role("link", name="Set up X, step by step").click()
    expect(step(page)).to_contain_text("Enter the app's keys")
    look(page)

    page.get_by_label("API key (consumer key)").fill(empty.keys["consumer_key"])
    page.get_by_label("API key secret (consumer secret)").fill("mistyped")
    page.get_by_role("button", name="Save and check with X").click()
    expect(page.get_by_role("alert")).to_contain_text("X does not recognise these keys.")
    look(page)
    page.get_by_label("API key secret (consumer secret)").fill(empty.keys["consumer_secret"])
    page.get_by_role("button", name="Save and check with X").click()

    step(page).get_by_role("button", name="Connect with X").click()
    page.select_option("#authorize-user", label="Acme Help · @acmehelp_demo")
    page.click("#authorize-approve")
    page.get_by_role("button", name="Yes, connect @acmehelp_demo").click()
    step(page).get_by_role("button", name="Register it at X").click()
    step(page).get_by_role("button", name="Subscribe @acmehelp_demo").click()
    expect(step(page)).to_contain_text("Waiting for it")
    look(page)

    plain = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(page.url)
    customer = chromium.new_context(base_url=empty.sandbox).new_page()
    customer.goto("/?as=ben_demo")
    customer.locator("#mention-text").press_sequentially("does this arrive?")
    customer.locator("#mention-send").click()
    expect(page.get_by_role("heading", name="@acmehelp_demo is set up")).to_be_visible(timeout=ARRIVES)
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_role("heading", name="@acmehelp_demo is set up")).to_be_visible()
    look(page)

    page.get_by_role("link", name="Open ticket #1").click()
    expect(page.locator("#timeline")).to_contain_text("does this arrive?")
    for there, words in (("/", "No account on X yet"), ("/admin/", "step by step")):
        page.goto(there)
        expect(page.get_by_text(words)).to_have_count(0)
