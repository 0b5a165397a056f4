"""A real web process on the test's database and a real Chromium in front of it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.conftest import SERVER
from tests.factories import make_agent
from tests.pages.conftest import acme  # noqa: F401  (a fixture)

ROOT = Path(settings.BASE_DIR)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOWHERE = "/tickets/0/"  # a page that is not there, on purpose
NO_PERIOD = "/reports/?period=always"  # what cannot be asked for, on purpose
# A refused form answers 422, which the browser writes down as if it were a fault.
EXPECTED = ("422 (Unprocessable", "net::ERR_")
# How long a page may take on a busy machine; how fast it is, the benches tell.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


Running = tuple[Browser, asyncio.AbstractEventLoop]


@pytest.fixture(scope="session")
def running_chromium() -> Iterator[Running]:
    """One Chromium for all tests, and the event loop by which it is spoken to. The loop is set aside while no test
    speaks to it: where one runs, Django uses another connection and refuses to be called."""
    with sync_playwright() as playwright:
        loop, path = asyncio.get_running_loop(), _find_chromium(playwright)
        if path is None:
            pytest.skip(
                "No Chromium found. Get one: apt-get install chromium, or python -m playwright install chromium"
            )
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        asyncio._set_running_loop(None)
        try:
            yield browser, loop
        finally:
            asyncio._set_running_loop(loop)
            browser.close()


@pytest.fixture
def chromium(transactional_db: None, running_chromium: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The browser for one test, which keeps nothing of it for the next one."""
    browser, loop = running_chromium
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    asyncio._set_running_loop(loop)
    try:
        yield browser
        for context in browser.contexts:
            context.close()
        connection.close()
    finally:
        asyncio._set_running_loop(None)


def _find_chromium(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)


@pytest.fixture(scope="session")
def web_url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a web process on the tests' database, with its static files collected as an installation has."""
    with web_process(tmp_path_factory.mktemp("journeys")) as address:
        yield address


@contextmanager
def web_process(folder: Path, *, x: str = "") -> Iterator[str]:
    """A web process of its own in that folder; `x`: the address of the X it speaks to, which can reach it."""
    database = settings.DATABASES["default"]
    port, log = free_port(), folder / "web.log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LANGUAGES": "en,de,ar",
        "KAPTURE_VAR": str(folder / "var"),
        "KAPTURE_PROCESS": "web",
        "DATABASE_URL": SERVER.url(database["NAME"]) if not settings.DATABASE_URL else _renamed(database["NAME"]),
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
    }
    if x:
        environment |= dict.fromkeys(("X_API_URL", "X_UPLOAD_URL", "X_WEB_URL", "MEDIA_HOSTS"), x)
        environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    serve = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    serve += ["--no-ws", "--workers-kill-timeout", "2", "kapture.asgi:application"]
    with log.open("wb") as output:
        web = subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", web, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(web)


def _renamed(name: str) -> str:
    return str(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl())


@pytest.fixture
def desk_url(web_url: str, transactional_db: None) -> str:
    return web_url


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def session_of(username: str) -> str:
    """A session as the sign-in page makes one; the form itself has a journey of its own."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.cookies["sessionid"].value


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):  # a busy machine takes its time
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    pytest.fail(f"The web process did not come up:\n{log.read_text()[-3000:]}")


def _stop(web: subprocess.Popen[bytes]) -> None:
    """Ask, then insist: a worker that outlived its parent would keep the test's database from being dropped."""
    web.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        web.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(web.pid, signal.SIGKILL)
    web.wait()


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_agent("alice", last_name="Okafor")


Open = Callable[..., Page]


@pytest.fixture
def open_desk(chromium: Browser, desk_url: str) -> Iterator[Open]:
    """Opens a window for somebody who is signed in, or for nobody. What a page complains about fails the test, unless
    it is given `faults` on purpose."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.location.get("url", "").endswith((NOWHERE, NO_PERIOD)):
            return
        if message.type in ("error", "warning") and not any(words in message.text for words in EXPECTED):
            complaints.append(message.text)

    def open_one(
        name: str = "alice",
        *,
        javascript: bool = True,
        width: int = 1440,
        theme: str = "light",
        language: str = "en-US",
        faults: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=desk_url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            locale=language,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if not faults:
            page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            context.add_cookies([{"name": "sessionid", "value": session_of(name), "url": desk_url}])
        page.goto("/")
        return page

    yield open_one
    for context in chromium.contexts:
        context.close()
    assert not complaints
