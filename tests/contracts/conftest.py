"""A whole installation around a test: X (the sandbox), a real web process, and a worker that never stops draining."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.conftest import environment_in
from tests.twitter_integration.conftest import acme, sandbox  # noqa: F401  (fixtures)
from twitter_integration.deliveries.drain import drain

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def web_process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real web process on the tests' database; it keeps nothing from one test to the next."""
    folder, port = tmp_path_factory.mktemp("contracts"), free_port()
    serve = ["-m", "granian", "--interface", "asgi", "--no-ws", "--workers", "1", "--host", "127.0.0.1"]
    serve += ["--port", str(port), "--log-level", "error", "kapture.asgi:application"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *serve],
            cwd=PROJECT,
            env=environment_in(folder) | {"KAPTURE_PROCESS": "web"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    wait_for(port, process)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def web(web_process: str, transactional_db: None, settings: Any) -> str:
    """The same as X reaches it."""
    settings.PUBLIC_URL = web_process
    return web_process


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """Drains the inbox all the time, as a worker that is woken at every delivery."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.02):
                drain()
        finally:
            connection.close()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield
    stop.set()
    thread.join(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until it takes connections."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"The process at port {port} did not start.")
