"""A scripted bad day: hours of traffic in minutes, with copies, disorder, gaps and a revoke. Deterministic by seed."""

import logging
import time
from dataclasses import asdict, dataclass
from typing import Any

from twitter_integration.sandbox import subscriptions
from twitter_integration.sandbox.hard_hours import HardHours
from twitter_integration.sandbox.ids import first_at, now_ms
from twitter_integration.sandbox.world import World, send_on_errand, settle

Json = dict[str, Any]
log = logging.getLogger("sandbox.bad_day")
SETTLING = 120.0
"""Seconds the last deliveries get before the day counts as over."""


class BadDayError(ValueError):
    """A day that cannot begin; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`minutes` of traffic pass `speed` times as fast; `events` acts are spread over them evenly."""

    seed: int = 1
    minutes: float = 120.0
    speed: float = 600.0
    events: int = 2000

    def check(self) -> None:
        if not (0 < self.minutes <= 24 * 60 and 0 < self.speed <= 100_000 and 1 <= self.events <= 100_000):
            raise BadDayError("minutes is 0 to 1440, speed 0 to 100000, events 1 to 100000.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the day, up to a share of its events, and what the switches say during it."""

    name: str
    until: float
    switches: Json


CALM: Json = {"duplicates": 0, "shuffle": False, "webhook_down": False, "batches": 0}
PHASES = (
    Phase(name="calm", until=0.10, switches=CALM),
    Phase(name="copies", until=0.30, switches={**CALM, "duplicates": 1}),
    Phase(name="webhook down", until=0.45, switches={**CALM, "webhook_down": True}),
    Phase(name="disorder", until=0.60, switches={**CALM, "shuffle": True, "duplicates": 1}),
    Phase(name="webhook down again", until=0.68, switches={**CALM, "webhook_down": True}),
    Phase(name="several at once", until=0.85, switches={**CALM, "shuffle": True, "batches": 3}),
    Phase(name="evening", until=1.0, switches=CALM),
)
REVOKED_AT = 0.5
"""The share of events after which the second brand removes the app."""


class BadDay:
    def __init__(self, world: World, plan: Plan, *, patient: bool = False) -> None:
        self._world, self._plan, self._patient = world, plan, patient
        self._crowd = HardHours(world, seed=plan.seed)
        self._state, self._phase = "waiting", ""
        self._done, self._acts = 0, dict[str, int]()
        self._began_ms, self._ended_ms = now_ms(), 0

    @property
    def is_running(self) -> bool:
        return self._state not in ("done", "broken off")

    def progress(self) -> Json:
        """Where the day stands; `since_id` is below every id it has made or will make."""
        return {
            "state": self._state,
            "phase": self._phase,
            "done": self._done,
            "acts": dict(sorted(self._acts.items())),
            "since_id": str(first_at(self._began_ms)),
            "began_ms": self._began_ms,
            "ended_ms": self._ended_ms or None,
            **asdict(self._plan),
        }

    def run(self) -> None:
        """The whole day; switches are as before afterwards, come what may."""
        switches = self._world.switches
        names = [*CALM, "retry_delays", "traffic_per_minute"]
        before = {name: getattr(switches, name) for name in names}
        try:
            self._wait_for_listeners()
            switches.set("traffic_per_minute", 0)
            switches.set("retry_delays", [delay / self._plan.speed for delay in switches.retry_delays])
            self._live()
            self._state = "settling"
            self._set(CALM)
            settle(self._world, timeout=SETTLING)
            self._state = "broken off" if self._world.closing.is_set() else "done"
        except Exception:
            log.exception("the bad day broke off")
            self._state = "broken off"
        finally:
            self._set(before)
            self._ended_ms = now_ms()

    def _wait_for_listeners(self) -> None:
        """A patient day begins with the first subscription."""
        while self._patient and not self._world.closing.wait(0.5):
            if subscriptions.is_anybody_listening(self._world.store):
                return

    def _live(self) -> None:
        pause = self._plan.minutes * 60 / self._plan.speed / self._plan.events
        began, phases = time.monotonic(), iter(PHASES)
        phase = None
        self._state = "running"
        for number in range(self._plan.events):
            share = number / self._plan.events
            while phase is None or share >= phase.until:
                phase = next(phases)
                self._phase = phase.name
                self._set(phase.switches)
            if self._world.closing.wait(max(0.0, began + number * pause - time.monotonic())):
                return
            if number == int(REVOKED_AT * self._plan.events):
                self._crowd.revoke_second()
            what = self._crowd.step()
            self._acts[what] = self._acts.get(what, 0) + 1
            self._done = number + 1

    def _set(self, values: Json) -> None:
        for name, value in values.items():
            self._world.switches.set(name, value)
        self._world.batcher.flush()
        self._world.dispatcher.wake()


def begin(world: World, plan: Plan, *, patient: bool = False) -> BadDay:
    """Start a day in a thread of its own; raises BadDayError while another one runs.

    `patient`: it waits for the first subscription, for a sandbox started before its desk.
    """
    plan.check()
    with world.writing:
        if world.script is not None and world.script.is_running:
            raise BadDayError("A bad day is under way already.")
        day = BadDay(world, plan, patient=patient)
        world.script = day
    send_on_errand(world, day.run, name="bad-day")
    return day
