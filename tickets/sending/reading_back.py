"""Messages that may or may not have gone out: looked for on the channel before anything is sent again.

What is found is sent. What is certainly not there, at every look, goes out once more by itself; the second time, a
person decides.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.models import OutboxEntry, SendAttempt
from tickets.outbound import Found, OutboundMessage, SendError
from tickets.sending.crew import unexpected
from tickets.sending.outcomes import note_attempt, record_failure, record_retry
from tickets.sending.queueing import OUTBOX_TASK
from tickets.sending.receipts import record_receipts

Outbound = Callable[[Sequence[OutboxEntry]], Sequence[OutboundMessage]]

# Looks for a message of unknown fate; a channel may show it a little late.
READ_BACK = tuple(timedelta(seconds=s) for s in (5, 20, 60))
# No worker lasts this long after it claimed something (settings.Q_CLUSTER ends a task after 60 s), so it is dead.
ABANDONED_AFTER = timedelta(seconds=90)
# Looked for together; a page of a channel's list tells of about a hundred.
_AT_ONCE = 200


def settle_unknown(outbound: Outbound, *, now: datetime) -> None:
    """Read back what is due, an account's together, and notice what a dead worker left behind."""
    abandoned = OutboxEntry.objects.filter(state=SendState.SENDING, claimed_at__lt=now - ABANDONED_AFTER)
    died = {"reason": _("The sender died while sending."), "perhaps_out_at": F("claimed_at")}
    abandoned.update(state=SendState.UNKNOWN, not_before=now, **died)
    while taken := _take(now):
        for _place, entries in groupby(taken, key=lambda entry: (entry.address_id, entry.private)):
            _look(list(entries), outbound, now)


@transaction.atomic
def _take(now: datetime) -> list[OutboxEntry]:
    """Committed before the look: another worker leaves them alone meanwhile."""
    due = OutboxEntry.objects.filter(state=SendState.UNKNOWN, not_before__lte=now).order_by("address", "private", "pk")
    keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_AT_ONCE])
    OutboxEntry.objects.filter(pk__in=keys).update(not_before=now + ABANDONED_AFTER)
    taken = OutboxEntry.objects.filter(pk__in=keys).select_related("message", "address", "recipient")
    return list(taken.order_by("address", "private", "pk"))


def _look(entries: Sequence[OutboxEntry], outbound: Outbound, now: datetime) -> None:
    """One account's messages of one kind."""
    try:
        found = channel_named(entries[0].address.channel).find_sent(outbound(entries))
    except Exception as trouble:
        error = trouble if isinstance(trouble, SendError) else unexpected(trouble)
        for entry in entries:
            note_attempt(entry, now, outcome="error", error=error, purpose="read_back")
        wait = error.retry_after or READ_BACK[-1].total_seconds()
        _look_again(entries, now + timedelta(seconds=wait))
        return
    _conclude(entries, found, now)


def _conclude(entries: Sequence[OutboxEntry], found: Found, now: datetime) -> None:
    absences = _absences(entries)
    there, undecided = [], []
    for entry in entries:
        key = str(entry.key)
        if key in found.receipts:
            note_attempt(entry, now, outcome="found", purpose="read_back")
            there.append((entry.pk, found.receipts[key], entry.claimed_at or now))
        elif key in found.absent:
            note_attempt(entry, now, outcome="absent", purpose="read_back")
            _note_absence(entry, absences.get(entry.pk, []), now)
        else:
            undecided.append(entry)
    record_receipts(there, now=now, source="read_back")
    _look_again(undecided, now + timedelta(seconds=found.retry_after))


def _absences(entries: Iterable[OutboxEntry]) -> dict[int, list[datetime]]:
    """When each was looked for in vain before."""
    looks = SendAttempt.objects.filter(entry__in=entries, purpose="read_back", outcome="absent").order_by("started_at")
    found: dict[int, list[datetime]] = {}
    for entry, at in looks.values_list("entry_id", "started_at"):
        found.setdefault(entry, []).append(at)
    return found


def _note_absence(entry: OutboxEntry, before: Sequence[datetime], now: datetime) -> None:
    of_this_try = [at for at in before if entry.claimed_at is None or at > entry.claimed_at]
    if len(of_this_try) + 1 < len(READ_BACK):
        _look_again([entry], now + READ_BACK[len(of_this_try) + 1])
    elif len(of_this_try) == len(before):
        record_retry(entry, _absent(), at=now)
    else:
        record_failure(entry, _absent(), now=now)


def _absent() -> SendError:
    return SendError(_("No answer came, and it is not there: sending again cannot double it."), code="absent")


def _look_again(entries: Sequence[OutboxEntry], at: datetime) -> None:
    if entries:
        waiting = OutboxEntry.objects.filter(pk__in=[e.pk for e in entries], state=SendState.UNKNOWN)
        waiting.update(not_before=at)
        ring_later(task=OUTBOX_TASK, at=at)
