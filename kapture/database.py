"""Which PostgreSQL the installation talks to: the one DATABASE_URL names, or an embedded one under var/.

How the embedded server is run lives in kapture.postgres; no table is known here.
"""

import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kapture import postgres

NAME = "kapture"
# The webhook must not queue behind a slow page for long: give up after this many seconds and say so.
POOL = {"min_size": 1, "max_size": 16, "timeout": 5}
# A process that is frozen within a transaction holds its locks until the server ends that transaction.
# Nothing of ours waits that long: X is given 17 s at most, and a task 60.
IDLE_SECONDS = 120
# `up` and `doctor` start the server themselves, to say more about what went wrong.
COMMANDS_WITHOUT_DATABASE = frozenset(
    {"help", "version", "collectstatic", "compilemessages", "makemessages", "diffsettings", "findstatic"}
    | {"startapp", "startproject", "sandbox", "up", "doctor"}
)


def configuration(url: str, *, var_dir: Path, pooled: bool, idle_seconds: int = IDLE_SECONDS) -> dict[str, Any]:
    """Return Django's DATABASES entry: `url` when given, else the embedded server's socket under `var_dir`.

    `pooled` takes connections from psycopg's pool: with an ASGI server each request may run in another
    thread, and without the pool each thread opens its own connection. A process that forks must not be
    pooled. `idle_seconds`: when the server ends a transaction in which nothing happens; 0 never.
    """
    entry = _from_url(url) if url else _embedded(var_dir)
    options: dict[str, Any] = entry.setdefault("OPTIONS", {})
    # First, so that what the address says of the same counts.
    given = f"-c idle_in_transaction_session_timeout={idle_seconds * 1000} {options.get('options', '')}"
    options["options"] = given.strip()
    if pooled:
        options["pool"] = dict(POOL)
        entry["CONN_MAX_AGE"] = 0
    else:
        # django-q2 closes old connections around every poll; with 0 it would reconnect ten times a second.
        entry["CONN_MAX_AGE"] = 60
        entry["CONN_HEALTH_CHECKS"] = True
    return entry


def _from_url(url: str) -> dict[str, Any]:
    entry: dict[str, Any] = environ.Env.db_url_config(url)
    if "postgresql" not in entry.get("ENGINE", ""):
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgresql://user:password@host/name")
    entry["HOST"] = unquote(entry["HOST"])  # a socket's folder is written %2Fvar%2Frun, as libpq has it
    return entry


def _embedded(var_dir: Path) -> dict[str, Any]:
    server = embedded_server(var_dir)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": postgres.USER,
        "HOST": str(server.socket_folder),
        "PORT": str(postgres.PORT),
    }


def embedded_server(var_dir: Path) -> postgres.Server:
    """Return the handle of the embedded server of an installation; nothing is started by this."""
    return postgres.Server(var_dir / "postgres")


@contextmanager
def running() -> Iterator[None]:
    """Hold the embedded server up for the time of the block; does nothing when DATABASE_URL is set.

    Raises postgres.ServerError with one sentence when it cannot be started.
    """
    if settings.DATABASE_URL:
        yield
        return
    server = embedded_server(settings.VAR_DIR)
    with server.held():
        server.create_database(NAME)
        yield


def revive() -> None:
    """Start the embedded server again when it died; nothing can be done here about a server of somebody else's."""
    if not settings.DATABASE_URL:
        embedded_server(settings.VAR_DIR).revive()


@contextmanager
def ensure_running(argv: Sequence[str]) -> Iterator[None]:
    """Hold the embedded server up around a command that needs it; exit with one sentence if that fails."""
    if not needs_database(argv):
        yield
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(running())
        except postgres.ServerError as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(1) from None
        _end_tidily_on_sigterm()
        yield
        # qcluster returns while its processes work on; they need the server until they end.
        for process in multiprocessing.active_children():
            if not process.daemon:
                process.join()


def _end_tidily_on_sigterm() -> None:
    """Turn SIGTERM into an ordinary exit, so that the server is let go of; own handlers are kept."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def needs_database(argv: Sequence[str]) -> bool:
    """Say whether this command line (program first) may touch the database."""
    words = argv[1:]
    if not words or {"-h", "--help", "--version"} & set(words):
        return False
    return words[0] not in COMMANDS_WITHOUT_DATABASE
