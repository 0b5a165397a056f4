"""`make screenshots`: the pictures of docs/tour.md, taken of a demo of its own.

It starts the demo in a folder that is gone afterwards, on ports that are free, lets customers write for a while, signs
in as the people of the demo and takes each picture of PICTURES into docs/images. Needs a Chromium. Sizes are always
the same; what the customers say is not.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY_SECONDS = 600
TRAFFIC_SECONDS = 60
QUALITY = 80
LONG = (
    "Thank you for waiting. We have looked into it: the parcel was held at the depot because its label could not be"
    " read. A new one was printed this morning, and the van has left.\n\n"
    "It should be with you tomorrow between 9 and 12. If it is not, write to us here and we refund you at once: https://acme.example/refunds"
)
Before = Callable[[Page], None]


def _as_it_is(page: Page) -> None:
    """Nothing is done first."""


def _open_first(page: Page) -> None:
    """The first ticket of the list the page shows."""
    page.goto(str(page.locator("main .row a[href^='/tickets/']").first.get_attribute("href")))


def _write_long(page: Page) -> None:
    _open_first(page)
    page.locator("#text").fill(LONG)
    page.locator("#thread li").nth(1).wait_for()
    page.locator("#writer .cmp-foot").scroll_into_view_if_needed()


def _open_customer(page: Page) -> None:
    _open_first(page)
    page.goto(str(page.locator("main a[href^='/customers/']").first.get_attribute("href")).partition("#")[0])


def _choose_three(page: Page) -> None:
    for box in page.locator("main .row input[type=checkbox]").all()[:3]:
        box.check()
    page.locator("#pick").wait_for()


def _open_palette(page: Page) -> None:
    _open_first(page)
    page.locator("body").press("Control+k")
    page.keyboard.type("re", delay=60)
    page.wait_for_timeout(800)


def _open_stream(page: Page) -> None:
    page.goto(str(page.locator("main a[href^='/accounts/']").first.get_attribute("href")))
    page.goto(str(page.locator("a[href*='/stream/']").first.get_attribute("href")))


@dataclass(frozen=True)
class Picture:
    """`who` looks at `address`, where `before` is done first."""

    name: str
    who: str
    address: str
    before: Before = _as_it_is
    size: tuple[int, int] = (1280, 800)
    dark: bool = False


PUBLIC = "/tickets/?view=all&q=-is%3Aprivate"
PRIVATE = "/tickets/?view=all&q=is%3Aprivate"
PICTURES = (
    Picture("home", "alice", "/"),
    Picture("list", "alice", "/tickets/?view=all"),
    Picture("list-narrow", "alice", "/tickets/?view=all", size=(390, 844)),
    Picture("ticket", "alice", PRIVATE, _open_first),
    Picture("ticket-dark", "alice", PRIVATE, _open_first, dark=True),
    Picture("thread", "alice", PUBLIC, _write_long),
    Picture("customer", "alice", PRIVATE, _open_customer),
    Picture("several", "alice", "/tickets/?view=all", _choose_three),
    Picture("palette", "alice", PUBLIC, _open_palette),
    Picture("settings", "alice", "/settings/"),
    Picture("board", "sam", "/supervisor/"),
    Picture("reports", "sam", "/reports/"),
    Picture("reports-dark", "sam", "/reports/", dark=True),
    Picture("stream", "sam", "/accounts/", _open_stream),
    Picture("start", "admin", "/start/"),
)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped then too
    with tempfile.TemporaryDirectory(prefix="kapture-shots-") as folder, _desk(Path(folder)) as desk:
        print(f"Customers write for {TRAFFIC_SECONDS} s …", flush=True)
        time.sleep(TRAFFIC_SECONDS)
        with sync_playwright() as playwright:
            browser = _launch(playwright)
            IMAGES.mkdir(exist_ok=True)
            for picture in PICTURES:
                print(f"docs/images/{picture.name}.webp", flush=True)
                _keep(picture, _take(browser, desk, picture))
            browser.close()


@contextlib.contextmanager
def _desk(folder: Path) -> Iterator[str]:
    """A demo with much going on, stopped at the end."""
    port, sandbox = _free_port(), _free_port()
    environment = {**os.environ, "KAPTURE_VAR": str(folder)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "up", "--demo", "--busy"]
    command += ["--port", str(port), "--sandbox-port", str(sandbox)]
    print("Starting a demo …", flush=True)
    up = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", up)
        yield f"http://127.0.0.1:{port}"
    finally:
        up.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            up.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(up.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str, up: subprocess.Popen[bytes]) -> None:
    for _ in range(READY_SECONDS * 2):
        if up.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.5)
    raise SystemExit("The demo did not start; what it said stands above.")


def _launch(playwright: Playwright) -> Browser:
    own = playwright.chromium.executable_path
    path = next(filter(None, map(shutil.which, CHROMIUMS)), own if Path(own).exists() else None)
    if path is None:
        raise SystemExit(
            "No Chromium found. Get one: apt-get install chromium, or python -m playwright install chromium"
        )
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def _take(browser: Browser, desk: str, picture: Picture) -> bytes:
    width, height = picture.size
    context = browser.new_context(
        base_url=desk,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(picture.who)
    page.get_by_label("Password").fill("kapture-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{desk}/")
    page.goto(picture.address)
    picture.before(page)
    page.wait_for_timeout(500)
    taken = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return taken


def _keep(picture: Picture, taken: bytes) -> None:
    with Image.open(BytesIO(taken)) as drawn:
        drawn.convert("RGB").save(IMAGES / f"{picture.name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
