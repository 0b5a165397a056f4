"""Keeps the processes of one machine running: starts them, starts them again, and ends them together.

What they are is decided by `manage.py up`; how one is run lives in kapture.children.
"""

import time
import urllib.error
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path

from kapture.children import GRACE_SECONDS, Child, Program
from kapture.console import Console
from kapture.stopping import StopSignals

MOST_DEATHS = 3
DEATHS_WITHIN_SECONDS = 30.0
# Before each start of a child that keeps ending; one that ran this long is started again at once.
PAUSES = (0.0, 5.0, 10.0, 30.0, 60.0)
KILLED_PAUSE = 1.0  # what a signal ended could start: it has no reason to wait like what fails by itself
CALM_SECONDS = 60.0
TICK_SECONDS = 0.2


class GaveUp(Exception):
    """Something cannot be kept running; the text is one sentence for the operator."""


class Supervisor:
    """The children of one `up`, by name."""

    def __init__(self, *, folder: Path, var_dir: Path, console: Console, stopping: StopSignals) -> None:
        self._folder, self._var_dir = folder, var_dir
        self._console, self._stopping = console, stopping
        self._children: dict[str, Child] = {}
        self._deaths: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_DEATHS))
        self._failures: dict[str, int] = defaultdict(int)  # in short order
        self._due: dict[str, float] = {}  # children that wait for their next start
        self._settled = False

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        self._children[program.name] = self._spawn(program)

    def settle(self) -> None:
        """Everything came up: from now on no child's end ends the others."""
        self._settled = True

    def age_of(self, name: str) -> float:
        """Return the seconds since the program was last started."""
        return self._children[name].age

    def start_again(self, name: str) -> None:
        """Kill a program with everything it started, and start it afresh."""
        self._due.pop(name, None)
        self._children[name].kill()
        self.start(self._children[name].program)

    def tick(self) -> None:
        """Start again what ended by itself. Raises GaveUp when it never came up, Stopped when asked to stop."""
        self._stopping.raise_if_requested()
        for child in list(self._children.values()):
            if child.code() is None:
                continue
            if child.name not in self._due:
                self._note_death(child)
            elif time.monotonic() >= self._due[child.name]:
                del self._due[child.name]
                self.start(child.program)

    def wait_until(self, done: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
        """Tick until `done`; raises GaveUp with the sentence `otherwise` when it takes too long."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise GaveUp(otherwise)
            self.tick()
            time.sleep(TICK_SECONDS)

    def run_to_the_end(self, program: Program) -> None:
        """Run a program once beside the others; raises GaveUp when it fails."""
        child = self._spawn(program)
        try:
            while child.code() is None:
                self.tick()
                time.sleep(TICK_SECONDS)
        finally:
            child.kill()
        if child.code():
            raise GaveUp(f"{program.name} failed (exit {child.code()}); its last lines above say why.")

    def stop(self) -> None:
        """End all children, politely and then by force; returns when none is left."""
        for child in self._children.values():
            child.ask_to_end()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children.values():
            child.end(grace=deadline - time.monotonic())
        self._children.clear()

    def _spawn(self, program: Program) -> Child:
        return Child(program, folder=self._folder, var_dir=self._var_dir, console=self._console)

    def _note_death(self, child: Child) -> None:
        """Say so and plan the next start."""
        age = child.age
        child.kill()  # what it started may have outlived it, and may hold its port
        # A stop signal sent to the whole session reaches a child a moment before us: that is no death.
        time.sleep(TICK_SECONDS)
        self._stopping.raise_if_requested()
        if not self._settled:
            self._give_up_if_hopeless(child)
        failures = 0 if age >= CALM_SECONDS or not self._settled else self._failures[child.name]
        self._failures[child.name] = failures + 1
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        if (child.code() or 0) < 0:
            pause = min(pause, KILLED_PAUSE)
        when = f"trying again in {pause:g} s" if pause else "starting it again"
        self._console.say(f"{child.name} ended (exit {child.code()}); {when}.")
        if pause:
            self._due[child.name] = time.monotonic() + pause
        else:
            self.start(child.program)

    def _give_up_if_hopeless(self, child: Child) -> None:
        deaths = self._deaths[child.name]
        deaths.append(time.monotonic())
        if len(deaths) == MOST_DEATHS and deaths[-1] - deaths[0] < DEATHS_WITHIN_SECONDS:
            raise GaveUp(
                f"{child.name} ended {MOST_DEATHS} times in {DEATHS_WITHIN_SECONDS:.0f} s (exit {child.code()});"
                " its last lines above say why."
            )


def answers(url: str) -> bool:
    """Say whether a page of ours answers with success right now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
