"""Child processes of the supervisor: started on a leash in a session of their own, ended with everything they started.

Which programs there are and when one is started again is the supervisor's business.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from kapture.console import Console

# Put into every child's environment, so that the next start finds what a killed supervisor left behind.
MARK = "KAPTURE_SUPERVISED"
GRACE_SECONDS = 12.0  # the worker ends the bells it has; longer ones are offered again


@dataclass(frozen=True)
class Program:
    """What to run: `command` without the interpreter, `environment` on top of our own."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One running program."""

    def __init__(self, program: Program, *, folder: Path, var_dir: Path, console: Console) -> None:
        self.program = program
        self.started_at = time.monotonic()
        # Its own session: Ctrl-C reaches the supervisor alone, which then ends its children in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kapture.leash", str(os.getpid()), sys.executable, *program.command],
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1", MARK: str(var_dir)} | dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._log = console.follow(self._process.stdout, name=program.name)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started_at

    def code(self) -> int | None:
        """Return its exit code, None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Send SIGTERM to the program alone: it ends its own processes in order."""
        self._process.terminate()

    def end(self, *, grace: float) -> None:
        """Wait `grace` seconds for it to end, then kill it with everything it started."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(grace, 0.0))
        self.kill()

    def kill(self) -> None:
        """Kill the program and everything in its process group, now."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.join(timeout=2)


def sweep(var_dir: Path) -> int:
    """End what an earlier, killed supervisor of this folder left running; returns how many processes that were."""
    left = [process for process in psutil.process_iter() if _is_marked(process, str(var_dir))]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, timeout=3)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=3)
    return len(left)


def _is_marked(process: psutil.Process, var_dir: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == var_dir
    except (psutil.Error, OSError):
        return False
