"""Desks of several sizes side by side on one embedded server, for benches that compare them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.common import ROOT, add_account, run, server_in

ACCOUNTS = ("900000000000000001", "900000000000000002", "900000000000000003")
FIRST = "kapture"  # what an installation's own database is called


@dataclass(frozen=True, slots=True)
class Desk:
    """`environment`: of its processes. `session`, `token`: of one of its agents. `samples`: tickets with much on them.
    `seconds`: how long it took to fill."""

    tickets: int
    environment: dict[str, str]
    session: str
    token: str
    samples: list[int]
    seconds: int


@contextmanager
def desks(*sizes: int, var: Path | None = None) -> Iterator[list[Desk]]:
    """The first is the installation's own. In a folder that is kept (`var`) what is there already is used again."""
    with server_in(var) as server:
        made = []
        for place, size in enumerate(sizes):
            name = FIRST if not place else f"{FIRST}_{size}"
            server.create_database(name)
            note = server.folder / f"{name}.json"
            made.append(_filled(size, url=server.url(name), note=note))
        yield made


def _filled(size: int, *, url: str, note: Path) -> Desk:
    environment = dict(os.environ) | {"LOG_LEVEL": "ERROR", "DATABASE_URL": url}
    run("migrate", "-v0", environment=environment)
    run("collectstatic", "--noinput", "-v0", environment=environment)
    if not note.exists():
        for place, key in enumerate(ACCOUNTS, start=1):
            add_account(key, f"acmehelp_demo{place}", environment=environment)
        command = [sys.executable, "-m", "bench.million.fill", "--tickets", str(size)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        note.write_text(done.stdout)
    run("figure_reports", environment=environment)
    told = json.loads(note.read_text())
    assert told["tickets"] == size, f"{note.parent} holds {told['tickets']} tickets: name another folder."
    return Desk(size, environment, told["session"], told["token"], told["samples"], told["seconds"])
