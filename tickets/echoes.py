"""Recognises what the channel tells us of our own sends, also when it tells before the send call has returned."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tickets.choices import SendState
from tickets.filing import Item
from tickets.models import OutboxEntry
from tickets.outbound import Receipt
from tickets.settling import Settled
from tickets.twins import settle

# The channel's clock and ours may differ by this much.
CLOCK_SKEW = timedelta(minutes=2)
_TRIED = (SendState.SENDING, SendState.UNKNOWN, SendState.QUEUED, SendState.FAILED)


def confirm_echoes(items: Sequence[Item], *, now: datetime) -> set[int]:
    """Settle the outbox entries these messages are echoes of; marks the items. Returns the tickets concerned.

    An entry matches by text (fingerprint), by whom it went to, and by what it answers; of several equal ones the
    oldest. Entries are locked, so a sender that records its receipt at this moment waits, or has been waited for.
    """
    wanted = [item for item in items if item.message.fingerprint]
    if not wanted:
        return set()
    entries = list(
        OutboxEntry.objects.filter(
            address__in={item.address.pk for item in wanted},
            fingerprint__in={item.message.fingerprint for item in wanted},
            state__in=_TRIED,
            first_tried_at__isnull=False,
        )
        .select_related("message", "recipient")
        .select_for_update(of=("self",))
        .order_by("created_at", "id")
    )
    settled = []
    for item in wanted:
        entry = next((e for e in entries if _is_echo(item, e)), None)
        if entry is None:
            continue
        entries.remove(entry)
        item.echo = True
        settled.append(
            Settled(
                entry=entry,
                receipt=Receipt(
                    external_id=item.message.external_id,
                    conversation=item.message.conversation,
                    permalink=item.message.permalink,
                ),
                sent_at=item.message.sent_at,
                source=item.message.source,
            )
        )
    return settle(settled, now=now)


def _is_echo(item: Item, entry: OutboxEntry) -> bool:
    message = item.message
    if entry.address_id != item.address.pk or entry.fingerprint != message.fingerprint:
        return False
    assert entry.first_tried_at is not None
    if message.sent_at < entry.first_tried_at - CLOCK_SKEW:
        return False
    if message.private:
        return item.identity is not None and item.identity.pk == entry.recipient_id
    return message.in_reply_to == entry.message.in_reply_to
