"""Writes activities: the only place where agents' gestures become lines of a ticket's history."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from tickets.models import Activity, Ticket


def note_activity(
    ticket: Ticket,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    gesture: uuid.UUID | None = None,
    **data: Any,
) -> Activity:
    """One line. `data` holds facts (ids, words of choices), never a sentence: wording belongs to the reader."""
    return Activity.objects.create(
        ticket=ticket, verb=verb, data=data, actor=by, at=at, gesture=gesture or uuid.uuid4()
    )
