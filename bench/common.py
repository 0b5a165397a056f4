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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-consumer-secret"
BRAND = "900000000000000001"


def report(bench: str, *, value: float, floor: float, unit: str, **more: Any) -> None:
    """The line a reader or a machine looks at; everything printed before it is commentary."""
    line = {"bench": bench, "value": round(value, 1), "floor": round(floor, 1)}
    line |= {"ratio": round(value / floor, 3) if floor else None, "unit": unit} | more
    print(json.dumps(line), flush=True)


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """An empty installation of its own, migrated, with one app and one account; yields its processes' environment.

    The embedded server runs with fsync on, as it would for a user: a bench of durability without it would flatter us.
    """
    with tempfile.TemporaryDirectory(prefix="kapture-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        os.environ["KAPTURE_VAR"] = str(Path(folder) / "var")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")
        sys.path.insert(0, str(ROOT))
        from django.conf import settings

        from kapture import database

        with database.embedded_server(settings.VAR_DIR).held():
            environment = os.environ | {"LOG_LEVEL": "ERROR"}
            run("migrate", "-v0", environment=environment)
            environment["WEBHOOK_PATH"] = json.loads(
                run(
                    *("x_account", "add", "--app", "bench", "--consumer-key", "k", "--consumer-secret", SECRET),
                    *("--page-id", BRAND, "--page-name", "acmehelp_demo"),
                    *("--access-token", "t", "--access-token-secret", "s"),
                    environment=environment,
                )
            )["webhook_path"]
            yield environment


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
