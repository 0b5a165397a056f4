"""Sends what is queued: claim and commit, call the channel outside any transaction, record the answer.

A send whose fate is unknown (no answer, or our worker died in the middle) is never simply sent again: it is read back,
and only what is certainly not there may be tried again, by a person. Every try is a row.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from kapture import logs
from tickets.bells import answer, ring, ring_later
from tickets.channels import OutboundMessage, Receipt, SendError, channel_named
from tickets.choices import MessageKind, SendState, Visibility
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Message, OutboxEntry, SendAttempt
from tickets.outcomes import record_failure, record_retry, record_unknown, stop_address
from tickets.queueing import BELL, OUTBOX_TASK
from tickets.replies import recount
from tickets.settling import Settled, settle_sent

log = logging.getLogger(__name__)

# Waits before trying again what failed for a passing reason; after the last, it has failed.
LADDER = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600))
# Looks for a message of unknown fate; X may show it a little late.
READ_BACK = tuple(timedelta(seconds=s) for s in (5, 20, 60))
# No call lasts this long (settings.X_TIMEOUT_SECONDS): whoever claimed it is dead.
ABANDONED_AFTER = timedelta(seconds=90)

# An earlier one to the same customer goes first, unless it waits for one that did not go out.
_CLAIM = """
    WITH claimed AS (
        UPDATE tickets_outboxentry SET state = 'sending', claimed_at = %(now)s, tries = tries + 1, reason = '',
            first_tried_at = COALESCE(first_tried_at, %(now)s), turn_at = COALESCE(turn_at, not_before)
        WHERE id = (
            SELECT e.id FROM tickets_outboxentry e JOIN tickets_address a ON a.id = e.address_id
            LEFT JOIN tickets_outboxentry f ON f.id = e.follows_id
            WHERE e.state IN ('held', 'queued') AND e.not_before <= %(now)s AND NOT a.sending_stopped
              AND COALESCE(f.state, 'sent') = 'sent'
              AND NOT EXISTS (
                SELECT 1 FROM tickets_outboxentry b LEFT JOIN tickets_outboxentry g ON g.id = b.follows_id
                WHERE b.recipient_id = e.recipient_id AND b.address_id = e.address_id AND b.private = e.private
                  AND b.state IN ('held', 'queued', 'sending', 'unknown') AND COALESCE(g.state, 'sent') = 'sent'
                  AND (COALESCE(b.turn_at, b.not_before), b.id) < (COALESCE(e.turn_at, e.not_before), e.id))
            ORDER BY e.priority DESC, e.not_before, e.id LIMIT 1 FOR UPDATE OF e SKIP LOCKED)
        RETURNING id, message_id, follows_id
    ), joined AS (
        UPDATE tickets_message m SET in_reply_to = p.external_id
        FROM claimed c JOIN tickets_outboxentry f ON f.id = c.follows_id JOIN tickets_message p ON p.id = f.message_id
        WHERE m.id = c.message_id AND m.visibility = 'public' AND p.external_id IS NOT NULL
    )
    SELECT id FROM claimed
"""


def pump(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Send all that is due; returns how many were tried. Any number of workers may pump at once.

    After `at_most` it rings its own bell and leaves the rest to that.
    """
    stop_at = clock() + at_most if at_most is not None else None
    answer(BELL)
    tried = 0
    settle_unknown(now=clock())
    while (entry := _claim(clock())) is not None:
        tried += 1
        with logs.trace(f"ticket {entry.message.ticket_id or '(none)'}"):
            _send(entry, clock)
        if stop_at is not None and clock() >= stop_at:
            ring(BELL, task=OUTBOX_TASK)
            break
    if tried:
        log.info("Tried to send %d answers.", tried)
    return tried


def settle_unknown(*, now: datetime) -> None:
    """Read back what may or may not have gone out, and notice what a dead worker left behind."""
    abandoned = OutboxEntry.objects.filter(state=SendState.SENDING, claimed_at__lt=now - ABANDONED_AFTER)
    abandoned.update(state=SendState.UNKNOWN, not_before=now, reason="The sender died while sending.")
    for pk in OutboxEntry.objects.filter(state=SendState.UNKNOWN, not_before__lte=now).values_list("pk", flat=True):
        _read_back(pk, now)


def _claim(now: datetime) -> OutboxEntry | None:
    """Committed before the call: from now on nobody else sends it, whatever happens to us."""
    rows = list(OutboxEntry.objects.raw(_CLAIM, {"now": now}))
    if not rows:
        return None
    return OutboxEntry.objects.select_related("message", "address", "recipient").get(pk=rows[0].pk)


def _send(entry: OutboxEntry, clock: Callable[[], datetime]) -> None:
    started = clock()
    try:
        receipt = channel_named(entry.address.channel).send(outbound(entry))
    except SendError as error:
        _note_attempt(entry, started, clock(), outcome="unknown" if error.unsettled else "error", error=error)
        _record_error(entry, error, clock())
    except Exception as error:
        unsure = _unexpected(error)
        _note_attempt(entry, started, clock(), outcome="unknown", error=unsure)
        _record_error(entry, unsure, clock())
    else:
        _note_attempt(entry, started, clock(), outcome="sent")
        record_receipt(entry.pk, receipt, sent_at=clock(), now=clock())


def _unexpected(error: Exception) -> SendError:
    """What no channel should raise; it may have gone out all the same."""
    log.exception("A call ended in an unexpected way; it will be read back before anything else.")
    return SendError(f"The call ended in an unexpected way ({type(error).__name__}).", unsettled=True)


def outbound(entry: OutboxEntry) -> OutboundMessage:
    message = entry.message
    return OutboundMessage(
        key=str(entry.key),
        address_key=entry.address.key,
        private=message.visibility == Visibility.PRIVATE,
        text=message.text,
        recipient=entry.recipient.external_id if entry.recipient else "",
        recipient_handle=entry.recipient.handle if entry.recipient else "",
        in_reply_to=message.in_reply_to,
        quote_of=(message.quoted or {}).get("external_id", "") if message.kind == MessageKind.QUOTE else "",
        queued_at=entry.created_at,
        first_tried_at=entry.first_tried_at,
    )


def record_receipt(pk: int, receipt: Receipt, *, sent_at: datetime, now: datetime, source: str = "send") -> None:
    """The channel has it. If its echo was faster, there is nothing left to do."""
    try:
        with transaction.atomic():
            entry = OutboxEntry.objects.select_for_update(of=("self",)).select_related("message").get(pk=pk)
            if entry.state != SendState.SENT:
                announce(settle_sent([Settled(entry=entry, receipt=receipt, sent_at=sent_at, source=source)], now=now))
    except IntegrityError:
        # The echo came first and was not recognised (X rewrote the text): it stands as a message of its own.
        # It is the same message, so ours takes its place.
        with transaction.atomic():
            entry = OutboxEntry.objects.select_for_update(of=("self",)).select_related("message").get(pk=pk)
            twin = Message.objects.filter(address_id=entry.address_id, external_id=receipt.external_id)
            twin = twin.exclude(pk=entry.message_id).select_related("ticket")
            doubled = [message.ticket for message in twin if message.ticket is not None]
            twin.delete()
            tickets = settle_sent([Settled(entry=entry, receipt=receipt, sent_at=sent_at, source=source)], now=now)
            announce(tickets | {ticket.pk for ticket in doubled})
            for ticket in doubled:
                recount(locked(ticket))


def _record_error(entry: OutboxEntry, error: SendError, now: datetime) -> None:
    if error.stop_address:
        stop_address(entry, error)
        record_retry(entry, error, at=now)
    elif error.unsettled:
        at = now + READ_BACK[0]
        record_unknown(entry, error, at=at)
        ring_later(task=OUTBOX_TASK, at=at)
    elif error.permanent or (error.retry_after is None and entry.tries > len(LADDER)):
        record_failure(entry, error, now=now)
    else:
        wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else LADDER[entry.tries - 1]
        record_retry(entry, error, at=now + wait)
        ring_later(task=OUTBOX_TASK, at=now + wait)


def _read_back(pk: int, now: datetime) -> None:
    """Look for it on the channel. Not there after the last look: it was not sent, and a person may try again."""
    with transaction.atomic():
        entry = (
            OutboxEntry.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=pk, state=SendState.UNKNOWN, not_before__lte=now)
            .first()
        )
        if entry is None:
            return
        # Committed before the look: another worker leaves it alone meanwhile.
        entry.not_before = now + ABANDONED_AFTER
        entry.save(update_fields=["not_before"])
    entry = OutboxEntry.objects.select_related("message", "address", "recipient").get(pk=pk)
    looks = entry.attempts.filter(purpose="read_back", outcome="absent", started_at__gte=entry.claimed_at).count()
    try:
        found = channel_named(entry.address.channel).find_sent(outbound(entry))
    except Exception as trouble:
        error = trouble if isinstance(trouble, SendError) else _unexpected(trouble)
        _note_attempt(entry, now, timezone.now(), outcome="error", error=error, purpose="read_back")
        _look_again(entry, now + timedelta(seconds=error.retry_after or READ_BACK[-1].total_seconds()))
        return
    _note_attempt(entry, now, timezone.now(), outcome="found" if found else "absent", purpose="read_back")
    if found is not None:
        record_receipt(pk, found, sent_at=entry.claimed_at or now, now=now, source="read_back")
    elif looks + 1 < len(READ_BACK):
        _look_again(entry, now + READ_BACK[looks + 1])
    else:
        absent = SendError("No answer came, and it is not there: sending again cannot double it.", code="absent")
        record_failure(entry, absent, now=now)


def _look_again(entry: OutboxEntry, at: datetime) -> None:
    OutboxEntry.objects.filter(pk=entry.pk, state=SendState.UNKNOWN).update(not_before=at)
    ring_later(task=OUTBOX_TASK, at=at)


def _note_attempt(
    entry: OutboxEntry,
    started: datetime,
    ended: datetime,
    *,
    outcome: str,
    error: SendError | None = None,
    purpose: str = "send",
) -> None:
    SendAttempt.objects.create(
        entry=entry,
        purpose=purpose,
        started_at=started,
        ended_at=ended,
        outcome=outcome,
        code=error.code[:40] if error else "",
        reason=error.sentence[:300] if error else "",
    )
