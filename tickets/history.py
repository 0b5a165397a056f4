"""Writes activities: the only place where agents' gestures become lines of a ticket's history."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from kapture.sets import copy_rows
from tickets.bells import ring
from tickets.models import Activity, Ticket
from tickets.notices.whom import VERBS

TELL_BELL, TELL_TASK = "notices", "tickets.tasks.notices"
Line = tuple[int, str, dict[str, Any]]  # of a ticket: its number, verb and facts
_gesture: ContextVar[uuid.UUID | None] = ContextVar("gesture", default=None)


@contextmanager
def one_gesture(key: uuid.UUID | None = None) -> Iterator[None]:
    """All activities noted inside belong to one act of one person and share a uuid. Nests: the outermost counts.
    `key`: of an act that goes on in several transactions."""
    token = _gesture.set(_gesture.get() or key or uuid.uuid4())
    try:
        yield
    finally:
        _gesture.reset(token)


def taking_back(gesture: uuid.UUID) -> uuid.UUID:
    """The gesture in which that one is taken back: so that its lines tell what they undo."""
    return uuid.uuid5(gesture, "undone")


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
    wake_tellers([verb])
    return Activity.objects.create(ticket=ticket, verb=verb, data=data, actor=by, at=at, gesture=current_gesture())


def note_activities(lines: Iterable[Line], *, by: User | None, at: datetime) -> None:
    """Many lines of one gesture. One statement; none without lines."""
    listed = list(lines)
    if not listed:
        return
    wake_tellers({verb for _, verb, _ in listed})
    rows = [[ticket, verb, data, by.pk if by else None, at, current_gesture()] for ticket, verb, data in listed]
    copy_rows(Activity, ["ticket", "verb", "data", "actor", "at", "gesture"], rows)


def wake_tellers(verbs: Iterable[str]) -> None:
    """Have people told of these lines soon after the present transaction commits; a schedule would within a minute.

    After it, for the bell's row would be locked until then, and everybody rings the same one.
    """
    if not set(verbs).isdisjoint(VERBS) and not any(entry[1] is _ring for entry in connection.run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    with transaction.atomic():
        ring(TELL_BELL, task=TELL_TASK)
