"""One file that holds an installation: its database as it was at one moment, the media, and the keys that open it.

A tar archive, written whole or not at all: what says that it is finished is its last member. It is looked through
before anything is restored, and restored into an empty installation only. In words: docs/operations.md, "Backup".
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kapture import postgres_place

FORMAT = 1
MANIFEST, DUMP, END = "manifest.json", "database.dump", "end.json"
MEDIA, KEYS = "media/", "keys/"
_CHUNK = 1 << 20
_KEY_FILES = ("secret_key", "encryption_key")


class CannotBackUp(Exception):
    """The sentence says why; nothing was written, or nothing restored."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup tells of itself. `seal`: which key its secrets are sealed with, as a digest; `migrations`: those
    that its database has had."""

    made_at: datetime
    migrations: Sequence[str]
    seal: str
    keys: bool
    files: int


def write(path: Path, *, keys: bool, now: datetime) -> Held:
    """Raises CannotBackUp. Readable by its owner alone."""
    if path.exists():
        raise CannotBackUp(f"{path} is there already; name another file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            dump = Path(folder) / DUMP
            _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(dump))
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                held = _fill(file, dump, keys=keys, now=now)
                file.flush()
                os.fsync(file.fileno())
        os.link(draft, path)  # as `rename`, but never over one that somebody made meanwhile
    except OSError as error:
        raise CannotBackUp(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return held


def _fill(file: IO[bytes], dump: Path, *, keys: bool, now: datetime) -> Held:
    migrations, files = sorted(".".join(key) for key in MigrationLoader(connection).applied_migrations), 0
    told = {"format": FORMAT, "made_at": now.isoformat(), "migrations": migrations, "seal": seal_of(), "keys": keys}
    with tarfile.open(fileobj=file, mode="w") as tar:
        _add(tar, MANIFEST, json.dumps(told).encode())
        tar.add(dump, DUMP, filter=_nobodys)
        for name in media():
            files += _add_file(tar, name)
        for name in _KEY_FILES if keys else ():
            _add(tar, KEYS + name, _key(name).encode())
        _add(tar, END, json.dumps({"files": files, "dump": _digest_of(dump)}).encode())
    return Held(now, migrations, seal_of(), keys, files)


def media(folder: str = "") -> Iterator[str]:
    """The names of all that is stored, in whatever storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for inner in sorted(folders):
        yield from media(f"{folder}{inner}/")


def read(path: Path) -> Held:
    """Look through all of it. Raises CannotBackUp for what is no backup, was not finished or does not fit."""
    told: dict[str, dict[str, Any]] = {MANIFEST: {}, END: {}}
    files, dump = 0, ""
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name in told:
                    told[member.name] = _json(tar, member)
                elif member.name == DUMP:
                    dump = _digest(_opened(tar, member))
                files += _is_media(member)
    except FileNotFoundError:
        raise CannotBackUp(f"There is no file {path}.") from None
    except (OSError, tarfile.TarError, ValueError) as error:
        raise CannotBackUp(f"{path} cannot be read as a backup ({type(error).__name__}).") from error
    begun, end = told[MANIFEST], told[END]
    if begun.get("format") != FORMAT:
        raise CannotBackUp(f"{path} is no backup of Kapture that this version reads.")
    if (end.get("dump"), end.get("files")) != (dump, files):
        raise CannotBackUp(f"{path} was not finished, or is damaged. Take another one.")
    made_at = datetime.fromisoformat(begun["made_at"])
    return Held(made_at, begun["migrations"], begun["seal"], begun["keys"], files)


def restore(path: Path, held: Held) -> None:
    """Into an empty installation whose `check_place` said nothing. The database comes whole or not at all."""
    with tarfile.open(path) as tar, tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        for member in tar:
            if _is_media(member):
                default_storage.save(_media_name(member.name), File(_opened(tar, member)))
            elif member.name.startswith(KEYS) and member.isfile():
                _put_key(member.name.removeprefix(KEYS), _opened(tar, member).read().decode())
            elif member.name == DUMP:
                dump = Path(folder) / DUMP
                with dump.open("wb") as file:
                    shutil.copyfileobj(_opened(tar, member), file, _CHUNK)
                owner = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
                _run("pg_restore", *owner, "--dbname", _database()["PGDATABASE"], str(dump))


def check_place(held: Held) -> None:
    """Raises CannotBackUp where it cannot be restored here, before anything is changed."""
    if connection.introspection.table_names():
        raise CannotBackUp("The database is not empty. Restore into a new KAPTURE_VAR, or an empty DATABASE_URL.")
    if next(media(), None) is not None:
        raise CannotBackUp("The media storage is not empty. Restore into a new KAPTURE_VAR.")
    unknown = set(held.migrations) - {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if unknown:
        raise CannotBackUp(f"It was made by a newer version ({min(unknown)}). Upgrade this one first.")
    if held.seal not in map(seal_of, settings.ENCRYPTION_KEYS) and not (held.keys and _key_files_used()):
        raise CannotBackUp("Its secrets are sealed with another key: set ENCRYPTION_KEYS to those it was made with.")


def seal_of(key: str = "") -> str:
    return hashlib.sha256((key or settings.ENCRYPTION_KEYS[0]).encode()).hexdigest()[:16]


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _add(tar: tarfile.TarFile, name: str, body: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(body), 0o600
    tar.addfile(member, io.BytesIO(body))


def _add_file(tar: tarfile.TarFile, name: str) -> int:
    """One that goes meanwhile is not needed any more."""
    try:
        size = default_storage.size(name)
        with default_storage.open(name) as file:
            member = tarfile.TarInfo(MEDIA + name)
            member.size, member.mode = size, 0o600
            tar.addfile(member, file)
    except FileNotFoundError:
        return 0
    return 1


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    return member.replace(uid=0, gid=0, uname="", gname="", mode=0o600, deep=False)


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise CannotBackUp(f"{member.name} in it is no file.")
    return file


def _is_media(member: tarfile.TarInfo) -> bool:
    return member.name.startswith(MEDIA) and member.isfile()


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    told = json.loads(_opened(tar, member).read(_CHUNK))
    return told if isinstance(told, dict) else {}


def _media_name(name: str) -> str:
    inner = name.removeprefix(MEDIA)
    if ".." in Path(inner).parts or Path(inner).is_absolute():
        raise CannotBackUp("A file in it leads out of the media storage.")
    return inner


def _key(name: str) -> str:
    return str(settings.SECRET_KEY if name == "secret_key" else settings.ENCRYPTION_KEYS[0])


def _key_files_used() -> bool:
    """Whether the encryption key comes of the installation's own file, which may be replaced while it is empty."""
    file = Path(settings.VAR_DIR) / "encryption_key"
    return file.exists() and [file.read_text().strip()] == settings.ENCRYPTION_KEYS


def _put_key(name: str, value: str) -> None:
    file = Path(settings.VAR_DIR) / name
    if name not in _KEY_FILES or not file.exists() or file.read_text().strip() != _key(name):
        return  # it comes of the environment
    file.write_text(value + "\n")
    file.chmod(0o600)


def _database() -> Mapping[str, str]:
    """Django's own way to the database, as PostgreSQL's programs are told it."""
    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE"}
    return {names[one]: str(value) for one, value in given.items() if one in names and value}


def _run(tool: str, *words: str) -> None:
    program = postgres_place.binaries() / tool
    environment = {**os.environ, **_database()}
    done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CannotBackUp(f"{tool}: {said[-1]}")
