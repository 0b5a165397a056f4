"""Puts a written message on its way out: the one place where entries of the outbox begin.

Not here: whether it may be sent (replies), when it really goes (outbox).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import Priority, SendState, Visibility
from tickets.models import Identity, Message, OutboxEntry
from tickets.sending.rewording import newest_wording

OUTBOX_TASK = "tickets.tasks.outbox"
BELL = "outbox"
_ORDER = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}
BEHIND = 0  # everything that people wrote one by one


def queue(
    message: Message,
    *,
    recipient: Identity | None,
    not_before: datetime,
    now: datetime,
    priority: str = Priority.NORMAL,
    follows: OutboxEntry | None = None,
    key: UUID | None = None,
    seen: int | None = None,
    awaits: bool = False,
    behind: bool = False,
    circle: str = "",
    spares: Sequence[str] = (),
) -> OutboxEntry:
    """Queue a message, held until `not_before`: the end of the undo window. One that is scheduled for later has `seen`,
    the latest message its writer knew, and is looked at once more (scheduling.py); so has one that `awaits` approval.

    `recipient` is empty for what is said to nobody in particular. With `follows` it goes when that entry is out, and
    a public one then answers it. `key` is unique; whoever may ask twice gives one.
    """
    entry = OutboxEntry.objects.create(
        message=message,
        key=key or uuid4(),
        address=message.address,
        recipient=recipient,
        private=message.visibility == Visibility.PRIVATE,
        state=SendState.AWAITING if awaits else SendState.HELD if seen is None else SendState.SCHEDULED,
        seen=seen,
        wording=newest_wording() if awaits or seen is not None else 0,
        priority=BEHIND if behind else _ORDER[Priority(priority)],
        fingerprint=channel_named(message.address.channel).fingerprint(message.text),
        not_before=not_before,
        follows=follows,
        circle=circle,
        spares=list(spares),
        created_at=now,
    )
    if follows is None and not awaits:  # else the one before wakes it, or whoever lets it go
        ring_later(task=OUTBOX_TASK, at=not_before)
    return entry
