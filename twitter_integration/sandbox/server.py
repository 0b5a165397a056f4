"""Running the sandbox: `serve` blocks, `start_in_thread` is for tests, `credentials` reads the keys."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from twitter_integration.sandbox import apps, control, replaying, seed, users, world
from twitter_integration.sandbox.application import Application
from twitter_integration.sandbox.bad_day import Plan
from twitter_integration.sandbox.bad_day import begin as begin_bad_day
from twitter_integration.sandbox.listener import Server, listen
from twitter_integration.sandbox.rechecking import Rechecker
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.switches import Switches
from twitter_integration.sandbox.traffic import Traffic


class RunningSandbox:
    """A started sandbox. `act` does something as a customer, see docs/sandbox.md."""

    def __init__(self, *, host: str, port: int, store_path: str | Path | None, switches: Switches) -> None:
        listener = listen(host, port)
        bound_host, bound_port = listener.getsockname()[:2]
        self.base_url = f"http://{bound_host}:{bound_port}"
        self.world = world.build(Store(store_path), base_url=self.base_url, switches=switches)
        seed.seed(self.world)
        self.world.store.remember("base_url", self.base_url)
        self._server = Server(listener, Application(self.world))
        listener.close()
        self._traffic = Traffic(self.world)
        self._rechecker = Rechecker(self.world)
        replaying.abandon(self.world.store)
        self.world.dispatcher.start()
        self._traffic.start()
        self._rechecker.start()

    @property
    def credentials(self) -> dict[str, Any]:
        return _credentials(self.world.store, base_url=self.base_url)

    def act(self, action: str, *, user: str, **more: Any) -> dict[str, Any]:
        """Do something as a person, as `POST /sandbox/api/act` does; returns the object made."""
        return control.perform(self.world, {"action": action, "user": user, **more})

    def settle(self, *, timeout: float = 10) -> bool:
        """Wait until every delivery is done with; False when the time is up first."""
        return world.settle(self.world, timeout=timeout)

    def run(self, *, poll_interval: float = 0.1) -> None:
        """Serve until `stop`, which takes up to `poll_interval` seconds to be noticed; to be called once."""
        try:
            self._server.serve_forever(poll_interval=poll_interval)
        finally:
            self._close()

    def stop(self) -> None:
        self._server.shutdown()

    def _close(self) -> None:
        self._traffic.stop()
        self._rechecker.stop()
        self._server.cut_connections()
        self._server.server_close()
        world.close(self.world)


def serve(
    *,
    host: str = "127.0.0.1",
    port: int,
    store_path: str | Path,
    traffic_per_minute: float = 0.0,
    busy: bool = False,
    bad_day: Plan | None = None,
    ready: Callable[[RunningSandbox], None] | None = None,
) -> None:
    """Run until SIGTERM or SIGINT (when called in the main thread). `ready` is called once it accepts calls.

    `bad_day` begins with the first subscription.

    Raises PortTakenError when the address is in use.
    """
    switches = Switches(traffic_per_minute=traffic_per_minute, busy=busy)
    running = RunningSandbox(host=host, port=port, store_path=store_path, switches=switches)

    def halt(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=running.stop, daemon=True).start()  # shutdown() waits for the serving thread

    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, halt)
    if bad_day:
        begin_bad_day(running.world, bad_day, patient=True)
    if ready:
        ready(running)
    running.run()


class ThreadedSandbox(RunningSandbox):
    """The same in a thread of the calling process."""

    def __init__(self, *, port: int, store_path: str | Path | None, switches: Switches) -> None:
        super().__init__(host="127.0.0.1", port=port, store_path=store_path, switches=switches)
        self._thread = threading.Thread(target=self.run, kwargs={"poll_interval": 0.005}, name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        super().stop()
        self._thread.join(timeout=10)


def start_in_thread(*, store_path: str | Path | None = None, port: int = 0, **switches: Any) -> ThreadedSandbox:
    """Start on a free port (0) with the given switches; without a path everything is forgotten at the end."""
    chosen = Switches()
    for name, value in switches.items():
        chosen.set(name, value)
    return ThreadedSandbox(port=port, store_path=store_path, switches=chosen)


def credentials(path: str | Path, *, base_url: str = "") -> dict[str, Any]:
    """The keys in a store (made and populated if it is new), in a form any client can use.

    Without `base_url` it names the address the sandbox last ran at.
    """
    store = Store(path)
    try:
        place = world.build(store, base_url=base_url, switches=Switches())
        seed.seed(place)
        return _credentials(store, base_url=base_url or store.recall("base_url"))
    finally:
        store.close()


def _credentials(store: Store, *, base_url: str) -> dict[str, Any]:
    app = apps.all_apps(store)[0]
    people: dict[str, list[dict[str, str]]] = {"brand": [], "customer": []}
    for user in users.everybody(store):
        token = apps.latest_token(store, app_id=app.id, user_id=user.id)
        names = {"user_id": str(user.id), "handle": user.handle, "name": user.name}
        keys = {"access_token": token.token, "access_token_secret": token.secret}
        people[user.role].append(names | keys)
    return {
        "base_url": base_url,
        "app_id": str(app.id),
        "consumer_key": app.consumer_key,
        "consumer_secret": app.consumer_secret,
        "bearer_token": app.bearer_token,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "environment": app.environment,
        "accounts": people["brand"],
        "customers": people["customer"],
    }
