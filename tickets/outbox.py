"""Sends what is queued: claim and commit, call the channel outside any transaction, record the answer.

A send whose fate is unknown (no answer, or our worker died in the middle) is never simply sent again: it is read back
first (reading_back). Every try is a row.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from tickets.automatic.autoreplies import keep_wanted
from tickets.bells import answer, ring
from tickets.channels import channel_named
from tickets.choices import Visibility
from tickets.composing.enclosing import outbound_files
from tickets.incidents.telling import keep_told
from tickets.models import Invitation, OutboxEntry
from tickets.outbound import OutboundFile, OutboundMessage
from tickets.sending.claiming import claim
from tickets.sending.crew import Crew, Outcome
from tickets.sending.meters import note_gauges, prepare_lanes, set_alarms
from tickets.sending.outcomes import note_attempts, record_error
from tickets.sending.queueing import BELL, OUTBOX_TASK
from tickets.sending.reading_back import settle_unknown
from tickets.sending.receipts import record_receipts
from tickets.sending.scheduling import release_due

log = logging.getLogger(__name__)

# A call that began in time (crew.LATEST_START) may still wait for its files, its connection, the database. The channel
# looks at the clock once more just before it writes: after this, others take the claimer for dead.
LATEST_WRITE = timedelta(seconds=60)


def pump(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Send all that is due and allowed; returns how many were tried. Any number of workers may pump at once.

    After `at_most` it rings its own bell and leaves the rest to that.
    """
    stop_at = clock() + at_most if at_most is not None else None
    answer(BELL)
    with ExitStack() as channels:
        for name in settings.CHANNELS:
            channels.enter_context(channel_named(name).at_work())
        settle_unknown(outbound, now=clock())
        release_due(now=clock())
        prepare_lanes(clock())
        tried, stopped = _send(clock, stop_at)
    if stopped:
        ring(BELL, task=OUTBOX_TASK)
    set_alarms(clock())
    if tried:
        log.info("Tried to send %d answers.", tried)
    return tried


def _send(clock: Callable[[], datetime], stop_at: datetime | None) -> tuple[int, bool]:
    """How many were tried, and whether the time was up first."""
    tried, stopped = 0, False
    with Crew(settings.OUTBOX_THREADS, clock=clock) as crew:
        while True:
            stopped = stopped or (stop_at is not None and clock() >= stop_at)
            claimed = [] if stopped else claim(clock(), most=crew.room)
            wanted = keep_told(keep_wanted(claimed, now=clock()), now=clock())
            for entry, message in zip(wanted, outbound(wanted), strict=True):
                crew.send(entry, message)
            outcomes = crew.finished()
            if outcomes:
                tried += len(outcomes)
                _record(outcomes, now=clock())
            elif not claimed:
                return tried, stopped


def outbound(entries: Sequence[OutboxEntry]) -> list[OutboundMessage]:
    """As the channel is given them. Two statements, however many."""
    if not entries:
        return []
    keys = [entry.message_id for entry in entries]
    files = outbound_files(keys)
    inviting = set(Invitation.objects.filter(message__in=keys).values_list("message_id", flat=True))
    return [_outbound(e, files.get(e.message_id, ()), invites=e.message_id in inviting) for e in entries]


def _outbound(entry: OutboxEntry, files: Sequence[OutboundFile], *, invites: bool) -> OutboundMessage:
    message = entry.message
    return OutboundMessage(
        key=str(entry.key),
        address_key=entry.address.key,
        private=message.visibility == Visibility.PRIVATE,
        text=message.text,
        recipient=entry.recipient.external_id if entry.recipient else "",
        recipient_handle=entry.recipient.handle if entry.recipient else "",
        in_reply_to=message.in_reply_to,
        quote_of=message.quote_of,
        files=files,
        invite=invites and not entry.private,
        circle=entry.circle,
        spares=entry.spares,
        queued_at=entry.created_at,
        perhaps_out_at=entry.perhaps_out_at,
        not_after=entry.claimed_at + LATEST_WRITE if entry.claimed_at else None,
    )


def _record(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Whatever ended together is recorded together: a fixed number of statements for those that are out."""
    note_attempts(outcomes)
    record_receipts([(o.entry.pk, o.receipt, o.ended_at) for o in outcomes if o.receipt], now=now)
    for outcome in outcomes:
        if outcome.error is not None:
            record_error(outcome.entry, outcome.error, now=outcome.ended_at)
    told = [(o.receipt or o.error, o.ended_at) for o in outcomes]
    note_gauges([(gauge, at) for answered, at in told if answered for gauge in answered.gauges])
