"""The channel has it: what calls and looks brought is settled set-wise, and a twin its echo made is taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from tickets.channels import Receipt
from tickets.choices import SendState
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Message, OutboxEntry, Ticket
from tickets.replies import recount
from tickets.settling import Settled, settle_sent

Received = tuple[int, Receipt, datetime]  # entry, what the channel says, when it went out


def record_receipts(received: Sequence[Received], *, now: datetime, source: str = "send") -> None:
    """Those whose echo was faster have nothing left to do. A fixed number of statements, however many."""
    if not received:
        return
    try:
        with transaction.atomic():
            announce(settle_sent(_unsettled(received, source), now=now))
    except IntegrityError:
        for one in received:
            _record_beside_twin(one, source, now)


def _unsettled(received: Sequence[Received], source: str) -> list[Settled]:
    told = {pk: (receipt, sent_at) for pk, receipt, sent_at in received}
    entries = OutboxEntry.objects.filter(pk__in=told).exclude(state=SendState.SENT).select_related("message")
    return [
        Settled(entry=entry, receipt=told[entry.pk][0], sent_at=told[entry.pk][1], source=source)
        for entry in entries.select_for_update(of=("self",)).order_by("pk")
    ]


@transaction.atomic
def _record_beside_twin(one: Received, source: str, now: datetime) -> None:
    """The echo came first and was not recognised (the channel rewrote the text): it stands as a message of its own.

    It is the same message, so ours takes its place.
    """
    settled = _unsettled([one], source)
    doubled: list[Ticket] = []
    for entry in (s.entry for s in settled):
        twin = Message.objects.filter(address_id=entry.address_id, external_id=one[1].external_id)
        twin = twin.exclude(pk=entry.message_id).select_related("ticket")
        doubled += [message.ticket for message in twin if message.ticket is not None]
        twin.delete()
    announce(settle_sent(settled, now=now) | {ticket.pk for ticket in doubled})
    for ticket in doubled:
        recount(locked(ticket))
