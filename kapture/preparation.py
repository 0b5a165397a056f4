"""What must be in place before the processes start: tables, static files, schedules. Quick when nothing changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from kapture import joined, readiness, schedules
from kapture.console import Console


def prepare(console: Console) -> None:
    """Bring the database, the static files and the schedules up to date."""
    missing = readiness.unapplied()
    if missing:
        console.say(f"Preparing the database ({missing} migrations) …")
        call_command("migrate", interactive=False, verbosity=0)
        readiness.forget_schema()
    _collect_static(console)
    schedules.ensure()


def _collect_static(console: Console) -> None:
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    state = _state_of_static()
    if stamp.exists() and stamp.read_text() == state:
        return
    console.say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)


def _state_of_static() -> str:
    """Digest what is joined, and names, sizes and times of all files; reading them would take longer than it saves."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    for one in joined.lists():
        digest.update(f"{one.name}:{one.parts}\n".encode())
    return digest.hexdigest()
