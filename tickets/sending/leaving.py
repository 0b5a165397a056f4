"""What was refused, or given up, and shall not go any more is left unsent: it leaves the lists of what waits, and keeps
its row, its words and its reason. Whoever changes their mind tries it again."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.composing.quoting import shown_on, tickets_quoted
from tickets.errors import CannotChange
from tickets.history import note_activity
from tickets.live import announce
from tickets.models import OutboxEntry
from tickets.permissions import require, require_on, require_voice
from tickets.sending.threads import lock_line


@transaction.atomic
def leave(entry: OutboxEntry, *, by: User, now: datetime) -> None:
    """With it whatever waits behind it. Raises NotAllowed, CannotChange."""
    message = entry.message
    if message.ticket_id is None and not entry.private:
        require_voice(by, entry.address)
    else:
        if message.ticket is None:
            require(by, "send")
        else:
            require_on(by, "send", message.ticket)
        if entry.private:
            require(by, "see_private")
    line = lock_line(message)
    if not any(one.pk == entry.pk and one.can_be_left for one in line):
        raise CannotChange(_("Only what was not sent can be left unsent."))
    rest = [one.pk for one in line if one.state in (SendState.FAILED, SendState.HELD, SendState.QUEUED)]
    OutboxEntry.objects.filter(pk__in=rest).update(left_at=now)
    if message.ticket is not None:
        note_activity(message.ticket, "reply.left", by=by, at=now, message=message.pk, private=entry.private)
    else:
        channel = channel_named(entry.address.channel)
        channel.note_deed(entry.address.key, "leave", by=by, at=now, about=f"message {message.pk}")
        for ticket in tickets_quoted([message]):
            note_activity(ticket, "reply.left", by=by, at=now, message=message.pk, kind=message.kind)
    announce(shown_on([message]))
