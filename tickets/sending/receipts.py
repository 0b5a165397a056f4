"""The channel has it: what calls and looks brought is settled set-wise."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tickets.choices import SendState
from tickets.inbound import CLOCK_SKEW
from tickets.live import announce
from tickets.models import OutboxEntry
from tickets.outbound import Receipt
from tickets.receiving.turns import take_turns
from tickets.receiving.twins import settle
from tickets.sending.settling import Settled

Received = tuple[int, Receipt, datetime]  # entry, what the channel says, when it went out


@transaction.atomic
def record_receipts(received: Sequence[Received], *, now: datetime, source: str = "send") -> None:
    """Those whose echo was faster have nothing left to do. A fixed number of statements, however many.

    In turn with whoever takes messages in: else an echo could find neither the entry on its way nor the message.
    """
    if not received:
        return
    told = {pk: (receipt, sent_at) for pk, receipt, sent_at in received}
    entries = OutboxEntry.objects.filter(pk__in=told)
    take_turns(entries.values_list("address_id", flat=True))
    unsettled = entries.exclude(state=SendState.SENT).select_related("message", "address")
    settled = [
        Settled(entry=entry, receipt=told[entry.pk][0], sent_at=_said_at(*told[entry.pk]), source=source)
        for entry in unsettled.select_for_update(of=("self",)).order_by("pk")
    ]
    announce(settle(settled, now=now))


def _said_at(receipt: Receipt, went_out_at: datetime) -> datetime:
    """By the channel's clock, as what customers answer to it: a call may end after their reply. By ours where the two
    cannot both be right."""
    at = receipt.sent_at
    return at if at is not None and abs(at - went_out_at) <= CLOCK_SKEW else went_out_at
