"""`manage.py up` as a person meets it: its own database, real processes, Ctrl-C, kill -9, a taken port."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from kapture import children, postgres
from kapture.supervisor import answers

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

HERE = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Installation:
    """One installation in a folder of its own, started as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.parent / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(port=self.port), cwd=HERE, stdout=log, stderr=log, start_new_session=True
            )
        return self.process

    def command(self, *, port: int) -> list[str]:
        """The command line, with an environment as bare as a newcomer's."""
        bare = ["env", "-i", f"PATH={os.environ['PATH']}", f"HOME={self.folder.parent}", f"KAPTURE_VAR={self.folder}"]
        return [*bare, sys.executable, "manage.py", "up", "--port", str(port)]

    @property
    def process_id(self) -> int:
        assert self.process is not None
        return self.process.pid

    def wait_until(self, done: Callable[[], bool], *, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            has_ended = self.process is not None and self.process.poll() is not None
            assert not has_ended and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def is_ready(self) -> bool:
        return answers(f"{self.address}/readyz")

    def has_announced(self, *, times: int = 1) -> bool:
        return self.log.read_text().count("Everything is ready") == times

    def left(self) -> list[psutil.Process]:
        """What runs for this folder: children of `up`, and its PostgreSQL."""
        server = postgres.Server(self.folder / "postgres").postmaster()
        found = [process for process in psutil.process_iter() if children._is_marked(process, str(self.folder))]
        return found + ([server] if server else [])


@contextmanager
def installed(place: Path) -> Iterator[Installation]:
    installation = Installation(place / "var")
    try:
        yield installation
    finally:
        if installation.process:
            installation.process.kill()
            installation.process.wait()
        children.sweep(installation.folder)
        postgres.Server(installation.folder / "postgres").stop()
        installation.log.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where the first start makes the database, and the next ones find it: that takes the longest."""
    with tempfile.TemporaryDirectory(prefix="kapture-test-") as name:
        yield Path(name)


@pytest.fixture
def installation(home: Path) -> Iterator[Installation]:
    """An installation that does not run; of the first test, one that never did."""
    with installed(home) as installation:
        yield installation


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Installation]:
    """One that runs, shared by the tests that leave it running."""
    with installed(home) as installation:
        installation.start()
        installation.wait_until(installation.has_announced)
        yield installation


@pytest.fixture
def untouched(place: Path) -> Iterator[Installation]:
    with installed(place) as installation:
        yield installation


def test_a_ctrl_c_that_reaches_every_process_at_once_leaves_nothing_behind(installation: Installation) -> None:
    process = installation.start()
    installation.wait_until(installation.has_announced)
    for one in [psutil.Process(process.pid), *installation.left()]:
        with suppress(psutil.NoSuchProcess):  # the first ones end the others while we are still sending
            one.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert installation.left() == []
    assert f"{sys.executable} manage.py createsuperuser".replace(f"{HERE}/", "") in installation.log.read_text()


def test_after_kill_9_the_next_start_cleans_up_and_goes_on(installation: Installation) -> None:
    process = installation.start()
    installation.wait_until(installation.has_announced)
    process.kill()
    process.wait()
    process = installation.start()
    installation.wait_until(lambda: installation.has_announced(times=2))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert installation.left() == []


@pytest.mark.parametrize(("program", "name"), [("granian", "web"), ("qcluster", "worker")])
def test_a_killed_process_is_started_again_with_all_its_parts(running: Installation, program: str, name: str) -> None:
    main = next(process for process in running.left() if program in process.cmdline() and is_leader(process))
    main.kill()
    running.wait_until(lambda: f"{name} ended (exit -9); starting it again." in running.log.read_text())
    running.wait_until(running.is_ready)


def test_a_database_that_was_killed_comes_back(running: Installation) -> None:
    server = postgres.Server(running.folder / "postgres").postmaster()
    assert server is not None
    server.kill()
    running.wait_until(lambda: not running.is_ready())
    running.wait_until(running.is_ready)


def test_a_second_start_in_the_same_folder_is_refused(running: Installation) -> None:
    done = subprocess.run(running.command(port=free_port()), capture_output=True, text=True, check=False, cwd=HERE)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Kapture already runs from {running.folder} (process {running.process_id})")


def test_a_taken_port_is_one_sentence_and_nothing_is_started(untouched: Installation) -> None:
    with socket.create_server(("127.0.0.1", untouched.port)):
        assert untouched.start().wait(30) == 1
    assert untouched.log.read_text().strip().splitlines() == [
        f"Port {untouched.port} on 127.0.0.1 cannot be used (Address already in use): choose another one."
    ]
    assert untouched.left() == []


def is_leader(process: psutil.Process) -> bool:
    return os.getpgid(process.pid) == process.pid
