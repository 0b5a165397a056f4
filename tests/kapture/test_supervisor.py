"""The supervisor with real children: started again, given up on, and ended with everything they started."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kapture import children
from kapture.console import Console
from kapture.stopping import Stopped, StopSignals
from kapture.supervisor import GaveUp, Supervisor
from tests.kapture.samples import SLEEPER, program

pytestmark = pytest.mark.processes

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture
def terminal() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def stopping() -> StopSignals:
    return StopSignals()


@pytest.fixture
def supervisor(tmp_path: Path, terminal: io.StringIO, stopping: StopSignals) -> Iterator[Supervisor]:
    supervisor = Supervisor(folder=HERE, var_dir=tmp_path, console=Console(terminal), stopping=stopping)
    yield supervisor
    supervisor.stop()


def marked(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if children._is_marked(process, str(folder))]


def wait_for(folder: Path, *, count: int) -> list[psutil.Process]:
    deadline = time.monotonic() + 10
    while len(found := marked(folder)) != count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(found) == count
    return found


def test_a_child_that_ends_is_started_again(supervisor: Supervisor, tmp_path: Path, terminal: io.StringIO) -> None:
    supervisor.start(program(SLEEPER))
    first = wait_for(tmp_path, count=1)[0]
    first.kill()
    said = "sample ended (exit -9); starting it again."
    supervisor.wait_until(lambda: said in terminal.getvalue(), seconds=10, otherwise="nothing was started again")
    assert wait_for(tmp_path, count=1)[0].pid != first.pid


def test_a_child_that_is_killed_again_and_again_is_back_within_a_second(
    supervisor: Supervisor, tmp_path: Path, terminal: io.StringIO
) -> None:
    supervisor.start(program(SLEEPER))
    supervisor.settle()
    wait_for(tmp_path, count=1)[0].kill()
    supervisor.wait_until(lambda: "starting it again." in terminal.getvalue(), seconds=10, otherwise="not started")
    wait_for(tmp_path, count=1)[0].kill()
    supervisor.wait_until(lambda: "again in 1 s." in terminal.getvalue(), seconds=10, otherwise="not started")
    supervisor.wait_until(lambda: len(marked(tmp_path)) == 1, seconds=10, otherwise="not started")


def test_a_child_that_keeps_failing_is_given_up_with_one_sentence(supervisor: Supervisor) -> None:
    supervisor.start(program("raise SystemExit(3)"))
    with pytest.raises(GaveUp, match=r"^sample ended 3 times in 30 s \(exit 3\);"):
        supervisor.wait_until(lambda: False, seconds=20, otherwise="never given up")


def test_once_everything_came_up_a_child_that_keeps_failing_ends_nothing_and_is_tried_at_growing_pauses(
    supervisor: Supervisor, tmp_path: Path, terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kapture.supervisor.PAUSES", (0.0, 0.1, 0.3))
    supervisor.start(program(SLEEPER, name="web"))
    supervisor.settle()
    supervisor.start(program("raise SystemExit(3)", name="worker"))
    supervisor.wait_until(lambda: terminal.getvalue().count("0.3 s") > 1, seconds=20, otherwise="not tried again")
    said = [line.partition("; ")[2] for line in terminal.getvalue().splitlines() if "worker ended" in line]
    assert said[:4] == [
        "starting it again.",
        "trying again in 0.1 s.",
        "trying again in 0.3 s.",
        "trying again in 0.3 s.",
    ]
    assert [child for child in marked(tmp_path) if SLEEPER in child.cmdline()]


def test_what_a_child_says_is_shown_under_its_name(supervisor: Supervisor, terminal: io.StringIO) -> None:
    supervisor.run_to_the_end(program("print('Ana wrote')", name="demo"))
    assert "demo    │ Ana wrote" in terminal.getvalue()


def test_a_task_that_fails_is_reported_with_its_code(supervisor: Supervisor) -> None:
    with pytest.raises(GaveUp, match=r"demo failed \(exit 4\)"):
        supervisor.run_to_the_end(program("raise SystemExit(4)", name="demo"))


def test_stopping_ends_the_children_and_what_they_started(supervisor: Supervisor, tmp_path: Path) -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"
    supervisor.start(program(code))
    wait_for(tmp_path, count=2)
    supervisor.stop()
    assert marked(tmp_path) == []


def test_a_child_that_ignores_the_request_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: io.StringIO
) -> None:
    monkeypatch.setattr("kapture.supervisor.GRACE_SECONDS", 0.5)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
    supervisor.start(program(stubborn + SLEEPER))
    supervisor.wait_until(lambda: "deaf" in terminal.getvalue(), seconds=10, otherwise="it never started")
    supervisor.stop()
    assert marked(tmp_path) == []


def test_a_request_to_stop_is_followed_at_the_next_tick(supervisor: Supervisor, stopping: StopSignals) -> None:
    stopping.requested = True
    with pytest.raises(Stopped):
        supervisor.tick()


def test_only_the_first_ctrl_c_counts() -> None:
    with StopSignals() as stopping:
        with pytest.raises(Stopped):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert stopping.requested


def test_children_end_with_a_killed_supervisor_or_are_swept_by_the_next(tmp_path: Path) -> None:
    code = f"""
import pathlib
from kapture.console import Console
from kapture.stopping import StopSignals
from kapture.supervisor import Supervisor
from tests.kapture.samples import SLEEPER, program
var = pathlib.Path({str(tmp_path)!r})
supervisor = Supervisor(folder=pathlib.Path('.'), var_dir=var, console=Console(), stopping=StopSignals())
supervisor.start(program(SLEEPER))
supervisor.wait_until(lambda: False, seconds=60, otherwise="")
"""
    owner = subprocess.Popen([sys.executable, "-c", code], cwd=HERE)
    wait_for(tmp_path, count=1)
    owner.kill()
    owner.wait()
    children.sweep(tmp_path)
    assert marked(tmp_path) == []
