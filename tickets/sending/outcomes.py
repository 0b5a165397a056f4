"""What a try leaves behind, and what one that did not work changes: outbox, ticket, history, banner.

Every change asks for the state and the claim it expects: an echo that settled the entry meanwhile always wins, and so
does whoever claimed it anew while we were taken for dead.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kapture.sets import copy_rows
from tickets.bells import ring_later
from tickets.choices import SendState
from tickets.composing.quoting import shown_on
from tickets.history import note_activity, one_gesture
from tickets.live import announce, announce_everywhere
from tickets.models import Address, OutboxEntry, SendAttempt, Ticket
from tickets.outbound import SendError
from tickets.resting.reopening import not_sent
from tickets.sending.crew import Outcome
from tickets.sending.following import hold_followers
from tickets.sending.meters import give_back
from tickets.sending.queueing import OUTBOX_TASK

# Waits before trying again what failed for a passing reason; after the last, it has failed.
LADDER = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600))
# Up to so much more, so that what failed together does not come back together.
JITTER = 0.5
# A message of unknown fate is looked for so soon.
FIRST_LOOK = timedelta(seconds=5)
_COLUMNS = ("entry_id", "purpose", "started_at", "ended_at", "outcome", "code", "reason")
_OPEN_STATES = (SendState.SENDING, SendState.UNKNOWN)


def record_error(entry: OutboxEntry, error: SendError, *, now: datetime) -> None:
    """Each reason its own reaction; see docs/rules.md, "When sending fails"."""
    if error.unheard:
        give_back(entry, now=now)
    if error.stop_address:
        stop_address(entry, error)
        record_retry(entry, error, at=now, uncounted=True)
    elif error.unsettled:
        record_unknown(entry, error, at=now + FIRST_LOOK)
    elif error.limited:
        # Its limit holds the lane up; one that no meter knows is waited for here.
        pause = timedelta(seconds=error.retry_after or 0) if not error.gauges else LADDER[0]
        record_retry(entry, error, at=now + max(pause, LADDER[0]), uncounted=True)
    elif error.permanent or (error.retry_after is None and entry.tries > len(LADDER)):
        record_failure(entry, error, now=now)
    elif error.retry_after is not None:
        record_retry(entry, error, at=now + timedelta(seconds=error.retry_after), uncounted=error.unheard)
    else:
        wait = LADDER[entry.tries - 1] * (1 + JITTER * random.random())  # noqa: S311  (spreads load, guards nothing)
        record_retry(entry, error, at=now + wait)


def note_attempts(outcomes: Sequence[Outcome]) -> None:
    """One row a call, one statement."""
    rows = [
        _attempt(o.entry, o.started_at, ended=o.ended_at, outcome=_outcome(o.error), error=o.error) for o in outcomes
    ]
    copy_rows(SendAttempt, _COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in rows])


def _outcome(error: SendError | None) -> str:
    return "sent" if error is None else "unknown" if error.unsettled else "error"


def note_attempt(
    entry: OutboxEntry, started: datetime, *, outcome: str, purpose: str, error: SendError | None = None
) -> None:
    _attempt(entry, started, ended=timezone.now(), outcome=outcome, purpose=purpose, error=error).save()


def _attempt(
    entry: OutboxEntry,
    started: datetime,
    *,
    ended: datetime,
    outcome: str,
    error: SendError | None,
    purpose: str = "send",
) -> SendAttempt:
    return SendAttempt(
        entry=entry,
        purpose=purpose,
        started_at=started,
        ended_at=ended,
        outcome=outcome,
        code=error.code[:40] if error else "",
        reason=error.sentence[:300] if error else "",
    )


@transaction.atomic
def record_failure(entry: OutboxEntry, error: SendError, *, now: datetime) -> None:
    """It was not sent, and waiting does not mend it: the ticket is ours to act on again."""
    facts = {"code": error.code[:40], "reason": error.sentence[:300]}
    if not _change(entry, state=SendState.FAILED, settled_at=now, **facts):
        return
    hold_followers([entry.pk])
    # Where it is by now: while it was on its way its ticket may have been merged.
    ticket = Ticket.objects.filter(messages=entry.message_id).first()
    if ticket is not None:
        with one_gesture():
            note_activity(ticket, "reply.failed", by=None, at=now, message=entry.message_id, **facts)
            not_sent(entry, ticket, now=now)
    _show(entry)


@transaction.atomic
def record_retry(entry: OutboxEntry, error: SendError, *, at: datetime, uncounted: bool = False) -> None:
    """A passing reason: it waits until `at`. `uncounted`: no fault of the message, so the ladder does not climb."""
    facts = {"code": error.code[:40], "reason": error.sentence[:300]}
    tries = {"tries": max(entry.tries - 1, 0)} if uncounted else {}
    if _change(entry, state=SendState.QUEUED, not_before=at, **facts, **tries):
        ring_later(task=OUTBOX_TASK, at=at)
        _show(entry)


@transaction.atomic
def record_unknown(entry: OutboxEntry, error: SendError, *, at: datetime) -> None:
    """Perhaps it is out, perhaps not: to be read back at `at`."""
    facts = {"code": error.code[:40], "reason": error.sentence[:300]}
    if _change(entry, state=SendState.UNKNOWN, not_before=at, perhaps_out_at=entry.claimed_at, **facts):
        ring_later(task=OUTBOX_TASK, at=at)
        _show(entry)


@transaction.atomic
def stop_address(entry: OutboxEntry, error: SendError) -> None:
    """Tokens died or money is gone: nothing of this address goes out until somebody mends it; everybody is told."""
    same_trouble = Q(channel=entry.address.channel, key__in=error.also_stops)
    stopped = Address.objects.filter(Q(pk=entry.address_id) | same_trouble)
    fresh = stopped.exclude(sending_stopped=True, banner=error.sentence[:300])
    if fresh.update(sending_stopped=True, banner=error.sentence[:300]):
        announce_everywhere()


def _change(entry: OutboxEntry, **values: object) -> bool:
    ours = OutboxEntry.objects.filter(pk=entry.pk, state__in=_OPEN_STATES, claimed_at=entry.claimed_at)
    return bool(ours.update(**values))


def _show(entry: OutboxEntry) -> None:
    announce(shown_on([entry.message]))
