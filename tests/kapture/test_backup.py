"""A backup holds everything and is whole or nothing; restored elsewhere it is the same, and sends nothing twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from kapture import backup
from tests.factories import make_agent, make_answer, make_ticket
from tickets.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)
EMPTY = "backup_restored"


@pytest.fixture
def empty() -> Iterator[dict[str, Any]]:
    """How to reach an empty database on the tests' server."""
    given = {**connection.get_connection_params()}
    kept = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    with psycopg.connect(**kept, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {EMPTY}")
        server.execute(f"CREATE DATABASE {EMPTY}")
        yield kept | {"dbname": EMPTY}
        server.execute(f"DROP DATABASE {EMPTY} WITH (FORCE)")


def manage(*words: str, var: Path, into: dict[str, Any], **more: str) -> subprocess.CompletedProcess[str]:
    address = f"postgresql://{into['user']}@/{into['dbname']}?host={into['host']}&port={into['port']}"
    own = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    environment = {**own, "KAPTURE_VAR": str(var), "DATABASE_URL": address, **more}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Of a desk with a picture, and an answer in each state; one is scheduled for a moment that was, one for later."""
    default_storage.save("kept/picture.png", ContentFile(b"a picture"))
    now, ticket, alice = timezone.now(), make_ticket(), make_agent()
    for state in ("held", "queued", "sending", "sent", "failed", "awaiting"):
        make_answer(ticket, state=state, sent_at=now, agent=alice, text=state)
    for minutes in (-5, 60):
        moment = now + timedelta(minutes=minutes)
        make_answer(ticket, state="scheduled", sent_at=now, agent=alice, text=f"scheduled {minutes}")
        OutboxEntry.objects.filter(message__text=f"scheduled {minutes}").update(not_before=moment)
    path = tmp_path / "desk.tar"
    call_command("backup", str(path))
    return path


def test_what_is_restored_is_the_same_and_what_was_on_its_way_is_looked_for_first(
    made: Path, tmp_path: Path, empty: dict[str, Any]
) -> None:
    var = tmp_path / "new"
    done = manage("restore", str(made), var=var, into=empty)
    assert done.returncode == 0, done.stderr
    assert "4 answers were on their way" in done.stdout and "1 answers await approval" in done.stdout
    assert (var / "media/kept/picture.png").read_bytes() == b"a picture"
    assert (var / "encryption_key").read_text().strip() == settings.ENCRYPTION_KEYS[0]
    assert (var / "encryption_key").stat().st_mode & 0o077 == 0
    with psycopg.connect(**empty) as there:
        rows = there.execute(
            "SELECT m.text, e.state FROM tickets_outboxentry e JOIN tickets_message m ON m.id = e.message_id"
        )
        states = dict(rows.fetchall())
        tickets = there.execute("SELECT count(*) FROM tickets_ticket").fetchone()
    doubted = dict.fromkeys(("held", "queued", "sending", "scheduled -5"), "unknown")
    assert states == doubted | {"sent": "sent", "failed": "failed", "awaiting": "awaiting", "scheduled 60": "scheduled"}
    assert tickets == (1,)
    again = manage("restore", str(made), var=var, into=empty)
    assert again.returncode == 1 and "The database is not empty" in again.stderr


def test_it_is_for_its_owner_alone_and_never_written_over_another(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(made))
    assert [one.name for one in made.parent.iterdir() if one.name.startswith(".")] == []


def test_one_that_was_not_finished_or_was_changed_is_refused(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    place = whole.index(b"PGDMP") + 2000
    for name, content in (
        ("cut", whole[: len(whole) // 2]),
        ("changed", whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]),
        ("something", b"something else"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(backup.CannotBackUp):
            backup.read(tmp_path / name)
    assert backup.read(made).files >= 1


def test_without_its_keys_it_wants_those_it_was_made_with(tmp_path: Path, empty: dict[str, Any]) -> None:
    path = tmp_path / "bare.tar"
    make_agent("bea")
    call_command("backup", str(path), "--without-keys")
    assert settings.ENCRYPTION_KEYS[0].encode() not in path.read_bytes()
    refused = manage("restore", str(path), var=tmp_path / "new", into=empty)
    assert refused.returncode == 1 and "set ENCRYPTION_KEYS" in refused.stderr
    done = manage("restore", str(path), var=tmp_path / "new", into=empty, ENCRYPTION_KEYS=settings.ENCRYPTION_KEYS[0])
    assert done.returncode == 0, done.stderr


def test_one_of_a_newer_version_waits_for_an_upgrade(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = backup.read(made)
    newer = backup.Held(held.made_at, [*held.migrations, "tickets.9999_newer"], held.seal, held.keys, held.files)
    monkeypatch.setattr(connection.introspection, "table_names", list)
    monkeypatch.setattr(backup, "media", lambda: iter(()))
    with pytest.raises(backup.CannotBackUp, match="9999_newer"):
        backup.check_place(newer)
