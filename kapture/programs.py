"""The programs of an installation and the environment each one needs."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kapture.children import Program

TRAFFIC_PER_MINUTE = 4


@dataclass(frozen=True)
class Plan:
    """Where this `up` listens, and whether it is a demo."""

    host: str
    port: int
    sandbox_port: int | None
    busy: bool = False

    @property
    def desk(self) -> str:
        """The address of the web process for somebody on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def sandbox(self) -> str | None:
        return f"http://127.0.0.1:{self.sandbox_port}" if self.sandbox_port else None

    def addresses(self) -> list[tuple[str, int]]:
        """What must be free before anything is started."""
        return [(self.host, self.port)] + ([("127.0.0.1", self.sandbox_port)] if self.sandbox_port else [])


def environment(plan: Plan) -> dict[str, str]:
    """What all programs share: our own public address, and in a demo the sandbox in X's place."""
    shared = {"PUBLIC_URL": os.environ.get("PUBLIC_URL", plan.desk)}
    shared["KAPTURE_VAR"] = str(Path(settings.VAR_DIR).absolute())
    if plan.sandbox:
        shared |= {"PUBLIC_URL": plan.desk, "X_API_URL": plan.sandbox, "X_UPLOAD_URL": plan.sandbox}
        shared |= {"X_WEB_URL": plan.sandbox, "MEDIA_HOSTS": ",".join([*settings.MEDIA_HOSTS, plan.sandbox])}
    return shared


def web(plan: Plan) -> Program:
    """One worker process: it serves thousands of requests a second, and live pages share its one listener."""
    # Live pages never end by themselves; without a limit stopping would wait for the last open browser.
    options: tuple[str, ...] = ("--interface", "asgi", "--no-ws", "--workers", "1", "--workers-kill-timeout", "3")
    options += ("--log-level", "warning", "--host", plan.host, "--port", str(plan.port))
    command = ("-m", "granian", *options, "kapture.asgi:application")
    return Program("web", command, environment(plan) | {"KAPTURE_PROCESS": "web"})


def worker(plan: Plan) -> Program:
    return Program("worker", ("manage.py", "qcluster"), environment(plan) | {"KAPTURE_PROCESS": "worker"})


def sandbox(plan: Plan) -> Program:
    """A trickle of customers; ten times as many in a busy hour."""
    options = (
        "--port",
        str(plan.sandbox_port),
        "--traffic",
        str(TRAFFIC_PER_MINUTE),
        *(["--busy"] if plan.busy else []),
    )
    return Program("sandbox", ("manage.py", "sandbox", *options), environment(plan))


def demo_data(plan: Plan) -> Program:
    return Program("demo", ("manage.py", "demo_data"), environment(plan))
