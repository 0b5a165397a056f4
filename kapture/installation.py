"""The folder of an installation (KAPTURE_VAR): who works in it, and whether it holds a demo or the real thing.

Imports no Django, so that starting over needs no settings.
"""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from kapture import children, postgres

Kind = Literal["demo", "real"]


class Refused(Exception):
    """The folder may not be used like this; the text is one sentence for the operator."""


@contextmanager
def sole_supervisor(var_dir: Path) -> Iterator[None]:
    """Hold the folder for one `up`; a second one is refused by name."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise Refused(f"Kapture already runs from {var_dir} (process {owner}); stop that one first.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def kind_of(var_dir: Path) -> Kind | None:
    """Return what the folder was first started as, None when it is new."""
    mark = var_dir / "kind"
    if not mark.exists():
        return None
    return "demo" if mark.read_text().strip() == "demo" else "real"


def settle_kind(var_dir: Path, kind: Kind) -> Kind:
    """Mark a new folder; returns what the folder holds. Demo data is never put into a real installation."""
    found = kind_of(var_dir)
    if found is None:
        (var_dir / "kind").write_text(f"{kind}\n")
        return kind
    if found == "real" and kind == "demo":
        raise Refused(
            f"{var_dir} holds a real installation; give the demo a folder of its own: make demo KAPTURE_VAR=…"
        )
    return found


def start_over(var_dir: Path, *, say: Callable[[str], object] = lambda line: None) -> None:
    """Remove a demo with all its data, after telling what; refuses a real installation and one that runs."""
    if not var_dir.exists():
        return
    if kind_of(var_dir) == "real":
        raise Refused(f"{var_dir} holds a real installation; remove it yourself if that is meant.")
    with sole_supervisor(var_dir):
        children.sweep(var_dir)
        postgres.Server(var_dir / "postgres").stop()
        # "test" is the tests' own server, which may be running.
        entries = sorted(entry for entry in var_dir.iterdir() if entry.name != "test")
        kept = {"up.lock", "kind"}
        names = ", ".join(entry.name for entry in entries if entry.name not in kept) or "nothing but marks"
        say(f"Starting over: deleting all data of the demo in {var_dir} ({names}).")
        for entry in entries:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def main(arguments: list[str]) -> int:
    """`python -m kapture.installation FOLDER`: start over."""
    if os.environ.get("DATABASE_URL"):
        sys.stderr.write("DATABASE_URL is set: FRESH=1 removes local files only; empty that database yourself.\n")
    try:
        start_over(Path(arguments[0]), say=lambda line: sys.stdout.write(f"{line}\n"))
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
