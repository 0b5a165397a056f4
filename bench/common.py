"""What the benches share: a throw-away installation with a durable database, web processes, and the one JSON line."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from kapture.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-consumer-secret"
BRAND = "900000000000000001"


def report(bench: str, *, value: float, floor: float, unit: str, **more: Any) -> None:
    """The line a reader or a machine looks at; everything printed before it is commentary."""
    line = {"bench": bench, "value": round(value, 1), "floor": round(floor, 1)}
    line |= {"ratio": round(value / floor, 3) if floor else None, "unit": unit} | more
    print(json.dumps(line), flush=True)


def use_django() -> None:
    """Of the installation that the environment names."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()


@contextmanager
def server_in(var: Path | None = None) -> Iterator[Server]:
    """An embedded server of its own, under `var`, or in a folder that is gone afterwards.

    It runs with fsync on, as it would for a user: a bench of durability without it would flatter us.
    """
    with ExitStack() as stack:
        if var is None:
            kept = tempfile.TemporaryDirectory(prefix="kapture-bench-", ignore_cleanup_errors=True)
            folder = stack.enter_context(kept)
            Path(folder).chmod(0o755)
            var = Path(folder) / "var"
        os.environ["KAPTURE_VAR"] = str(var)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")
        sys.path.insert(0, str(ROOT))
        from kapture import database

        server = database.embedded_server(var)
        stack.enter_context(server.held())
        yield server


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """An empty installation of its own, migrated, with one app and one account; yields its processes' environment."""
    with server_in() as _server:
        environment = os.environ | {"LOG_LEVEL": "ERROR"}
        run("migrate", "-v0", environment=environment)
        environment["WEBHOOK_PATH"] = add_account(BRAND, "acmehelp_demo", environment=environment)
        yield environment


def add_account(page_id: str, name: str, *, environment: dict[str, str]) -> str:
    """Returns the path of its webhook."""
    command = ["x_account", "add", "--app", "bench", "--consumer-key", "k", "--consumer-secret", SECRET]
    command += ["--page-id", page_id, "--page-name", name, "--access-token", "t", "--access-token-secret", "s"]
    return str(json.loads(run(*command, environment=environment))["webhook_path"])


def load() -> str:
    """How busy the machine is; said beside a figure, because others may be at work on it."""
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def run(*command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextmanager
def asgi(target: str, *, environment: dict[str, str], path: str = "/healthz") -> Iterator[int]:
    """A web process as `up` runs it, serving `target`; yields its port once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--no-access-log"]
    command += ["--log-level", "error", "--host", "127.0.0.1", "--port", str(port), target]
    process = subprocess.Popen(command, cwd=ROOT, env=environment | {"KAPTURE_PROCESS": "web"})
    try:
        wait_for(f"http://127.0.0.1:{port}{path}")
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def worker(*, environment: dict[str, str]) -> Iterator[None]:
    """A task cluster as `up` runs it."""
    command = [sys.executable, "manage.py", "qcluster"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"KAPTURE_PROCESS": "worker"}, start_new_session=True
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except urllib.error.HTTPError:
            return  # it answers, whatever it says
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {seconds} s.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
