"""Keys that are made once and kept in a file: created on first use, readable by their owner only.

Nothing here knows what a key is for; rotation and sealing live with whoever seals.
"""

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def new_token() -> str:
    """Return 64 random URL-safe characters, enough for Django's SECRET_KEY."""
    return secrets.token_urlsafe(48)


def new_fernet_key() -> str:
    """Return a fresh key for `cryptography.fernet`."""
    return Fernet.generate_key().decode()


def load_or_create(path: Path, make: Callable[[], str] = new_token) -> str:
    """Return the secret kept at `path`; the first caller makes it, everybody else reads the same one.

    Raises ImproperlyConfigured with one sentence when the file can neither be read nor made.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"The key file {path} cannot be read ({error.strerror}); run as the user who first started this"
            " installation, or point KAPTURE_VAR at a folder of your own."
        ) from error
    try:
        _publish(path, make())
    except OSError as error:
        raise ImproperlyConfigured(
            f"The key file {path} cannot be written ({error.strerror}); point KAPTURE_VAR at a writable folder."
        ) from error
    return _read(path)


def _read(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        with suppress(PermissionError):  # not ours to mend; `manage.py doctor` reports it
            path.chmod(0o600)
    value = path.read_text().strip()
    if not value:
        raise ImproperlyConfigured(f"The key file {path} is empty; restore it from a backup or remove it.")
    return value


def _publish(path: Path, value: str) -> None:
    """Put the complete file in place in one step; the first to link wins, so two starts agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp opens with 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
