"""What a send that did not work changes: outbox, ticket, history, banner. One place for each outcome.

Every change asks for the state it expects, so that an echo which settled the entry meanwhile always wins.
"""

from datetime import datetime

from django.db import transaction

from tickets.channels import SendError
from tickets.choices import SendState, Status
from tickets.following import hold_followers
from tickets.history import note_activity
from tickets.live import announce
from tickets.models import Address, OutboxEntry, Ticket

_OPEN_STATES = (SendState.SENDING, SendState.UNKNOWN)


@transaction.atomic
def record_failure(entry: OutboxEntry, error: SendError, *, now: datetime) -> None:
    """It was not sent, and waiting does not mend it: the ticket is ours to act on again."""
    facts = {"code": error.code[:40], "reason": error.sentence[:300]}
    if not _change(entry, state=SendState.FAILED, settled_at=now, **facts):
        return
    hold_followers([entry.pk])
    ticket = entry.message.ticket
    if ticket is not None:
        Ticket.objects.filter(pk=ticket.pk, status=Status.PENDING).update(status=Status.OPEN)
        note_activity(ticket, "reply.failed", by=None, at=now, message=entry.message_id, **facts)
        announce([ticket.pk])


@transaction.atomic
def record_retry(entry: OutboxEntry, error: SendError, *, at: datetime) -> None:
    """A passing reason: it waits until `at`."""
    if _change(entry, state=SendState.QUEUED, not_before=at, code=error.code[:40], reason=error.sentence[:300]):
        _show(entry)


@transaction.atomic
def record_unknown(entry: OutboxEntry, error: SendError, *, at: datetime) -> None:
    """Perhaps it is out, perhaps not: to be read back at `at`."""
    if _change(entry, state=SendState.UNKNOWN, not_before=at, code=error.code[:40], reason=error.sentence[:300]):
        _show(entry)


@transaction.atomic
def stop_address(entry: OutboxEntry, error: SendError) -> None:
    """Tokens died or money is gone: nothing of this address goes out until somebody mends it; everybody is told."""
    Address.objects.filter(pk=entry.address_id).update(sending_stopped=True, banner=error.sentence[:300])


def _change(entry: OutboxEntry, **values: object) -> bool:
    return bool(OutboxEntry.objects.filter(pk=entry.pk, state__in=_OPEN_STATES).update(**values))


def _show(entry: OutboxEntry) -> None:
    if entry.message.ticket_id is not None:
        announce([entry.message.ticket_id])
