"""Writes activities: the only place where agents' gestures become lines of a ticket's history."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from tickets.models import Activity, Ticket

_gesture: ContextVar[uuid.UUID | None] = ContextVar("gesture", default=None)


@contextmanager
def one_gesture() -> Iterator[None]:
    """All activities noted inside belong to one act of one person and share a uuid. Nests: the outermost counts."""
    token = _gesture.set(_gesture.get() or uuid.uuid4())
    try:
        yield
    finally:
        _gesture.reset(token)


def current_gesture() -> uuid.UUID:
    return _gesture.get() or uuid.uuid4()


def note_activity(
    ticket: Ticket,
    verb: str,
    /,
    *,
    by: User | None,
    at: datetime,
    **data: Any,
) -> Activity:
    """One line. `data` holds facts (ids, words of choices), never a sentence: wording belongs to the reader. Where it
    says `private`, only who may read private messages is shown the line."""
    return Activity.objects.create(ticket=ticket, verb=verb, data=data, actor=by, at=at, gesture=current_gesture())
