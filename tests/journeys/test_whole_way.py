"""From X to a ticket to an answer on X: the demo as a newcomer starts it, a customer's window and an agent's."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, free_port

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]
READY, PASSWORD = "Everything is ready", "kapture-demo"
# Ten seconds of undo window, then the way to the sandbox and back.
SENT = 25_000


@pytest.fixture
def demo() -> Iterator[tuple[str, str]]:
    """The addresses of the desk and of the sandbox."""
    desk, sandbox = free_port(), free_port()
    # A short path of its own: a socket's may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="kap") as folder:
        Path(folder).chmod(0o755)
        log = Path(folder) / "up.log"
        bare = {"PATH": os.environ["PATH"], "HOME": folder, "KAPTURE_VAR": f"{folder}/var"}
        command = [sys.executable, "manage.py", "up", "--demo", "--port", str(desk), "--sandbox-port", str(sandbox)]
        with log.open("wb") as output:
            up = subprocess.Popen(command, cwd=ROOT, env=bare, stdout=output, stderr=output, start_new_session=True)
        try:
            _wait_until_ready(up, log)
            yield f"http://127.0.0.1:{desk}", f"http://127.0.0.1:{sandbox}"
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(30)


def _wait_until_ready(up: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        if READY in log.read_text():
            return
        if up.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"The demo did not come up:\n{log.read_text()[-3000:]}")


def open_page(chromium: Browser, base: str) -> Page:
    page = chromium.new_context(base_url=base, viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(15_000)
    return page


def test_a_mention_and_a_message_become_tickets_and_are_answered(chromium: Browser, demo: tuple[str, str]) -> None:
    agent, customer = open_page(chromium, demo[0]), open_page(chromium, demo[1])
    agent.goto("/tickets/")
    agent.get_by_label("Username").fill("alice")
    agent.get_by_label("Password").fill(PASSWORD)
    agent.get_by_role("button", name="Sign in").click()
    expect(agent.get_by_role("heading", name="All open")).to_be_visible()

    customer.goto("/?as=ben_demo")
    customer.locator("#mention-text").press_sequentially("where is parcel 4711?")
    customer.locator("#mention-send").click()
    agent.locator(".row", has_text="parcel 4711").get_by_role("link").click()
    agent.get_by_label("Your answer or note").fill("It left the depot this morning.")
    agent.get_by_role("button", name="Post publicly").click()
    expect(agent.locator(".bub-foot", has_text="Posted")).to_be_visible(timeout=SENT)
    expect(customer.locator("#timeline")).to_contain_text("It left the depot this morning.", timeout=15_000)

    customer.goto("/?as=ben_demo")
    customer.locator("#dm-text").fill("My number is 555-1234")
    customer.locator("#dm-send").click()
    agent.goto("/tickets/")
    agent.locator(".row", has_text="555-1234").get_by_role("link").click()
    agent.get_by_label("Your answer or note").fill("Thank you, we will ring you.")
    agent.get_by_role("button", name="Send privately").click()
    expect(agent.locator(".bub-foot", has_text="Sent ")).to_be_visible(timeout=SENT)
    expect(customer.locator("#dm-log")).to_contain_text("Thank you, we will ring you.", timeout=15_000)
