"""The embedded PostgreSQL: initialised, started, adopted and stopped, from the binaries of a Python package.

One server per data folder, Unix socket only. Everybody who needs it holds it; the last one out stops it, so a
server that outlived a killed owner is adopted by the next start and stopped with it. No Django here.
"""

import fcntl
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from kapture import postgres_place
from kapture.postgres_place import Account, ServerError
from kapture.postgres_settings import INITIALISE, SETTINGS, THROWAWAY_SETTINGS, USER

__all__ = ["PORT", "USER", "Server", "ServerError"]

PORT = 5432  # only part of the socket's name: nothing listens on TCP
MAJOR = "18"
START_SECONDS = 60  # crash recovery after a kill replays at most max_wal_size of log
STOP_SECONDS = 30
LOG_LIMIT = 5_000_000


@dataclass(frozen=True)
class Server:
    """One embedded server: its data, socket, locks and log live in `folder`.

    `durable=False` is for throw-away data (tests): nothing is flushed to disk.
    """

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        return postgres_place.socket_folder(self.folder, port=PORT)

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Keep the server up for the block; yields whether this call started it. The last holder stops it.

        Raises ServerError with one sentence when it cannot be started.
        """
        postgres_place.make_folder(self.folder)
        with postgres_place.open_lock(self.folder / "users.lock") as users:
            with self._gate():
                fcntl.flock(users, fcntl.LOCK_SH)
                started = self._start_unless_running()
            try:
                yield started
            finally:
                with self._gate():
                    if _is_alone(users):
                        self.stop()

    def revive(self) -> None:
        """Start the server again when it died under its holders; does nothing while it runs."""
        with self._gate():
            self._start_unless_running()

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of one of the server's databases, for a child process."""
        return f"postgresql://{USER}@/{name}?host={quote(str(self.socket_folder))}&port={PORT}"

    def create_database(self, name: str) -> None:
        """Create the database `name` unless it is there."""
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def answers(self) -> bool:
        """Say whether the server accepts connections right now."""
        if not (self.socket_folder / f".s.PGSQL.{PORT}").exists():
            return False
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def postmaster(self) -> psutil.Process | None:
        """Return the live main process of this data folder, None when there is none."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            # After kill -9 or in a restarted container the number may belong to somebody else by now.
            ours = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def stop(self) -> None:
        """Stop the server, whoever started it; returns when it is gone."""
        process = self.postmaster()
        if process is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
            with suppress(psutil.TimeoutExpired):
                process.wait(STOP_SECONDS)
                return

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder),
            port=PORT,
            user=USER,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with postgres_place.open_lock(self.folder / "start.lock") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _start_unless_running(self) -> bool:
        process: subprocess.Popen[bytes] | None = None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return process is not None
            if process is None and self.postmaster() is None:
                process = self._spawn()
            elif process is not None and process.poll() is not None:
                self._give_up_unless_passing()
                process = None
                time.sleep(0.5)
            time.sleep(0.02)
        raise ServerError(f"it did not answer within {START_SECONDS} s", log=self.log)

    def _give_up_unless_passing(self) -> None:
        """Raise with the server's own reason, except while children of a killed one are still going away."""
        reason = postgres_place.last_fatal_line(self.log)
        if "still in use" not in reason:
            raise ServerError(reason or "it ended without a word", log=self.log)

    def _spawn(self) -> subprocess.Popen[bytes]:
        account = postgres_place.account_for(self.data)
        binaries = postgres_place.binaries()
        postgres_place.open_search_bits(self.folder, binaries, account=account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(account, binaries)
        self._refuse_other_versions()
        self._forget_recycled_number()
        postgres_place.make_private(self.socket_folder, account=account)
        settings = SETTINGS | ({} if self.durable else THROWAWAY_SETTINGS)
        settings["unix_socket_directories"] = str(self.socket_folder)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        too_long = self.log.exists() and self.log.stat().st_size > LOG_LIMIT
        with self.log.open("wb" if too_long else "ab") as log:
            # Its own session: a Ctrl-C in the terminal is for us to act on, not for the server.
            return subprocess.Popen(
                [binaries / "postgres", "-D", self.data.resolve(), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                env=postgres_place.environment(),
                start_new_session=True,
                **postgres_place.identity(account),
            )

    def _initialise(self, account: Account | None, binaries: Path) -> None:
        """Make the data folder complete or not at all: built beside its place, then renamed."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        postgres_place.make_private(draft, account=account)
        command = [str(binaries / "initdb"), "-D", str(draft.resolve()), *INITIALISE.split()]
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=draft,
            env=postgres_place.environment(),
            check=False,
            **postgres_place.identity(account),
        )
        if done.returncode:
            raise ServerError(postgres_place.one_line(done.stderr), log=None)
        draft.rename(self.data)

    def _refuse_other_versions(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise ServerError(f"{self.data} was written by PostgreSQL {version}, this is {MAJOR}", log=None)

    def _forget_recycled_number(self) -> None:
        """Remove the files of a dead server whose process number now belongs to somebody else.

        PostgreSQL takes such a number for a running server, which is common in a restarted container. Files
        that name no process at all are left to it: it checks them for surviving children first.
        """
        number = self.data / "postmaster.pid"
        if number.exists() and psutil.pid_exists(int(number.read_text().split("\n", 1)[0] or 0)):
            number.unlink()
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _is_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
