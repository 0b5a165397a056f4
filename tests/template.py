"""The database that test databases are copied from: migrated once, as long as no migration changes.

A copy takes a moment where running every migration takes many seconds, in every process of every run. Only on the
embedded server, which is ours alone.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from kapture import postgres

ROOT = Path(__file__).parents[1]
PREFIX = "template_kapture_"
_LOCK = 7_402_118  # any number that nobody else takes on this server


def prepare(server: postgres.Server) -> str:
    """The template's name; it is made if it is not there. Runs at the same time wait for each other."""
    name = PREFIX + _digest()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        present = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in present:
            for old in (other for other in present if other.startswith(PREFIX)):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            _build(connection, server, name)
    return name


def _build(connection: psycopg.Connection, server: postgres.Server, name: str) -> None:
    """Under another name until it is complete: what was interrupted is never taken for a template."""
    building = f"{PREFIX}building"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    environment = os.environ | {"DATABASE_URL": server.url(building)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
    connection.execute(rename)


def _digest() -> str:
    """Changes with every migration of ours and every pinned package that may bring its own."""
    digest = hashlib.sha256()
    for path in [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements.txt"]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
