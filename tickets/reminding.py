"""What somebody did on a channel and wanted to think of again on a day: seen when it has come, and answered.

The channel keeps them and says who is told; nothing of it is stored here but the line in a ticket's history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.channels import CannotDo, Reminder, channel_named
from tickets.history import note_activity
from tickets.live import announce, announce_everywhere
from tickets.models import Ticket

__all__ = ["CannotDo", "Due", "answer", "due_about", "due_to", "tell_due"]


@dataclass(frozen=True, slots=True)
class Due:
    channel: str
    reminder: Reminder


def due_to(user: User, *, now: datetime) -> list[Due]:
    """What this person is reminded of, the earliest first. One statement a channel."""
    found = [
        Due(name, one) for name in settings.CHANNELS for one in channel_named(name).due_reminders(by=user, now=now)
    ]
    return sorted(found, key=lambda due: due.reminder.due_at)


def due_about(ticket: Ticket, *, by: User, now: datetime) -> list[Due]:
    """What is due about the ticket's customer there. One statement."""
    about, name = (ticket.address.key, ticket.identity.external_id), ticket.address.channel
    return [Due(name, one) for one in channel_named(name).due_reminders(by=by, now=now, about=about)]


def answer(
    channel: str, key: str, *, undo: bool, sheet: UUID, by: User, now: datetime, ticket: Ticket | None = None
) -> str:
    """Take it back, or let it stay; returns what the channel says. `ticket`: where it was answered; its history tells.
    Raises CannotDo. Calls the channel outside any transaction."""
    due: Sequence[Due] = due_about(ticket, by=by, now=now) if ticket else ()
    sentence = channel_named(channel).answer_reminder(key, undo=undo, sheet=sheet, by=by, now=now)
    about = next((one.reminder for one in due if (one.channel, one.reminder.key) == (channel, key)), None)
    if ticket is not None and about is not None:
        words = about.undo_words if undo else _("“%s” stays") % about.words
        facts: dict[str, Any] = {"deed": about.undo if undo else "", "words": words, "on": None}
        facts |= {"private": True} if about.private else {}
        with transaction.atomic():
            note_activity(ticket, "channel.did", by=by, at=now, **facts)
            announce([ticket.pk])
    return sentence


@transaction.atomic
def tell_due(*, now: datetime) -> int:
    """Open pages look again when something became due; once for each, whichever worker sees it. A fixed number
    of statements a channel."""
    told = sum(channel_named(name).note_told(now=now) for name in settings.CHANNELS)
    if told:
        announce_everywhere()
    return told
