"""X's own, regular challenges of every webhook: a thread that wakes as often as the switch says."""

import logging
import threading
import time

from twitter_integration.sandbox import webhooks
from twitter_integration.sandbox.apps import all_apps
from twitter_integration.sandbox.world import World, challenge_terms

log = logging.getLogger("sandbox.challenge")
NAP = 0.1


class Rechecker:
    """Silent while `crc_every` is 0."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rechecker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        last = time.monotonic()
        while not self._stopped.wait(NAP):
            every = self._world.switches.crc_every
            if every <= 0 or time.monotonic() - last < every:
                last = last if every > 0 else time.monotonic()
                continue
            last = time.monotonic()
            try:
                self.step()
            except Exception:
                log.exception("a regular challenge stumbled")

    def step(self) -> None:
        """Challenge every valid webhook once."""
        world, switches = self._world, self._world.switches
        for app in all_apps(world.store):
            for hook in webhooks.owned(world.store, app):
                if hook.valid and not self._stopped.is_set():
                    webhooks.recheck(world.store, hook, challenge_terms(world), grace=switches.crc_grace)
