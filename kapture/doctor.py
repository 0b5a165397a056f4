"""What can be wrong with an installation, and how to mend each: the project's own checks.

Each app adds its own by name (settings.DOCTOR_CHECKS). Nothing is changed by looking.
"""

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from kapture import canary, readiness
from kapture.figures import Finding, counted

OLDEST_POSTGRESQL = 150_000  # 15.0 as the server numbers itself
_FIRST_PERSON = "Run: manage.py createsuperuser, then sign in to the admin with the name and password chosen there."
CLOCK_TOLERANCE_SECONDS = 5.0  # X refuses signatures whose time is minutes off; our own due times want better


def examine() -> list[Finding]:
    """Return the findings of every check; a check that fails becomes a finding of its own."""
    return [finding for path in settings.DOCTOR_CHECKS for finding in _examine_with(path)]


def _examine_with(path: str) -> list[Finding]:
    try:
        check: Callable[[], list[Finding]] = import_string(path)
        return check()
    except Exception as error:
        # The doctor is called when something is broken; one broken check must not silence the others.
        sentence = f"The check {path} failed ({type(error).__name__})."
        return [Finding(False, "checks", sentence, "Mend what the findings above name first, then look again.")]


def findings() -> list[Finding]:
    """Look at the database, keys, public address, storage, worker and people."""
    found = [*_keys(), *_public_address(), _storage()]
    database = _database()
    found.append(database)
    if not database.ok:
        return found
    schema = _schema()
    found.append(schema)
    return [*found, _clock(), _worker(), _people()] if schema.ok else found


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0])
    except DatabaseError as error:
        remedy = "Start it, or correct DATABASE_URL; unset, the embedded one is used."
        return Finding(False, "database", f"It does not answer ({type(error).__name__}).", remedy)
    if version < OLDEST_POSTGRESQL:
        return Finding(False, "database", f"PostgreSQL {version // 10_000} is too old.", "Upgrade it to 15 or newer.")
    return Finding(True, "database", f"PostgreSQL {version // 10_000} answers.")


def _schema() -> Finding:
    missing = readiness.unapplied()
    if missing:
        return Finding(False, "migrations", f"{missing} are not applied.", "Run: manage.py migrate")
    return Finding(True, "migrations", "All are applied.")


def _keys() -> Iterator[Finding]:
    for name in ("secret_key", "encryption_key"):
        path = Path(settings.VAR_DIR) / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(False, "keys", f"Others may read {path}.", f"Run: chmod 600 {path}")
    try:
        for key in settings.ENCRYPTION_KEYS:
            Fernet(key)
    except ValueError:
        remedy = "Use keys as made by: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key())'"
        yield Finding(False, "keys", "ENCRYPTION_KEYS holds something that is not a Fernet key.", remedy)
        return
    yield Finding(True, "keys", f"{counted(len(settings.ENCRYPTION_KEYS), 'encryption key')} usable.")


def _public_address() -> Iterator[Finding]:
    address = urlsplit(settings.PUBLIC_URL)
    if address.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        sentence = f"PUBLIC_URL names {address.hostname}, which ALLOWED_HOSTS does not."
        yield Finding(False, "public address", sentence, f"Set ALLOWED_HOSTS={address.hostname}")
    if settings.HTTPS:
        yield Finding(True, "public address", f"{settings.PUBLIC_URL} is served over HTTPS.")
        return
    sentence = f"{settings.PUBLIC_URL} is not HTTPS, and X calls webhooks over HTTPS only."
    remedy = "Put a TLS proxy in front and set PUBLIC_URL=https://… and TRUST_PROXY=true (docs/operations.md)."
    yield Finding(False, "public address", sentence, remedy, fatal=False)


def _storage() -> Finding:
    try:
        name = default_storage.save("doctor/probe.txt", ContentFile(b"probe"))
        default_storage.delete(name)
    except Exception as error:
        # Any storage may be configured, and each has its own errors.
        sentence = f"Media cannot be written ({type(error).__name__})."
        return Finding(False, "storage", sentence, f"Make {settings.MEDIA_ROOT} writable for this user.")
    return Finding(True, "storage", "Media can be written.")


def _clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    if skew > CLOCK_TOLERANCE_SECONDS:
        sentence = f"This machine and the database differ by {skew:.0f} s."
        return Finding(False, "clock", sentence, "Let both follow NTP: due times and signatures depend on it.")
    return Finding(True, "clock", "This machine and the database agree.")


def _worker() -> Finding:
    age = canary.age(timezone.now())
    if age is None or age > canary.STALE_AFTER.total_seconds():
        when = "has never answered" if age is None else f"has not answered for {age:.0f} s"
        return Finding(False, "worker", f"The worker {when}.", "Start everything with: make up")
    return Finding(True, "worker", f"The worker answered {age:.0f} s ago.")


def _people() -> Finding:
    if get_user_model().objects.filter(is_active=True, is_superuser=True).exists():
        return Finding(True, "people", "There is an administrator.")
    return Finding(False, "people", "There is no administrator yet.", _FIRST_PERSON)
