"""The sandbox's memory: one SQLite file, one connection, one lock. Knows no table by meaning."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from twitter_integration.sandbox.schema import LATER_COLUMNS, LATER_INDEXES, SCHEMA

Row = sqlite3.Row
Values = Sequence[Any]


class Store:
    """`path` None keeps everything in memory. Every write is committed when its call or block ends."""

    def __init__(self, path: str | Path | None) -> None:
        if path is not None:
            _keep_to_ourselves(Path(path))
        name = ":memory:" if path is None else str(path)
        self._connection = _connect(name)
        self._lock = threading.RLock()
        self._depth = 0
        if path is None:
            _empty().backup(self._connection)
            return
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        _lay_out(self._connection)

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute a statement and return the number of rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def add(self, table: str, **columns: Any) -> int:
        """Insert one row and return its row id."""
        marks = ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names from our own code
        with self._lock:
            return self._connection.execute(sql, tuple(columns.values())).lastrowid or 0

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> Row | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def number(self, sql: str, values: Values = ()) -> int:
        """The single number a query yields; 0 for none."""
        found = self.row(sql, values)
        return int(found[0] or 0) if found else 0

    def remember(self, name: str, value: str) -> None:
        """Keep a word under a name, for later runs."""
        self.run("INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)", (name, value))

    def recall(self, name: str) -> str:
        found = self.row("SELECT value FROM note WHERE name = ?", (name,))
        return str(found["value"]) if found else ""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other threads wait meanwhile. Nested blocks join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, check_same_thread=False, isolation_level=None, timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


@cache
def _empty() -> sqlite3.Connection:
    """Tables without rows, which stores in memory are copied from: to lay them out takes ten times as long."""
    connection = _connect(":memory:")
    _lay_out(connection)
    return connection


def _lay_out(connection: sqlite3.Connection) -> None:
    connection.executescript(SCHEMA)
    connection.execute("BEGIN IMMEDIATE")  # two processes may open an old store at once
    known = {table: _columns(connection, table) for table in {table for table, _, _ in LATER_COLUMNS}}
    for table, column, declaration in LATER_COLUMNS:
        if column not in known[table]:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declaration}")
    connection.execute("COMMIT")
    connection.executescript(LATER_INDEXES)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}


def _keep_to_ourselves(path: Path) -> None:
    """It holds the made-up keys. SQLite gives its write-ahead log and the log's index the rights of the file itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        with suppress(FileNotFoundError):
            file.chmod(0o600)
