"""Empties the raw inbox: claim → parse → hand over → mark, each batch in one transaction with its effects.

Deliveries of one lane (account) are worked in order by one worker at a time; lanes run in parallel. Attempts are
counted in a committed step before the work, so that a body that kills its worker is found out. Which deliveries are
taken together, which alone and which aside: lanes.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture import logs
from tickets.bells import answer, ring
from twitter_integration.choices import DeliveryState
from twitter_integration.deliveries.lanes import DEAD_AFTER, Lane, claim, due_lanes, hold, wait_after, wait_for
from twitter_integration.facts.handing import hand_over, read
from twitter_integration.inbox import BELL, TASK
from twitter_integration.models import Delivery

log = logging.getLogger(__name__)

TURN = 10  # batches of one lane before the next lane gets its turn


@dataclass(slots=True)
class Drained:
    done: int = 0
    dead: int = 0
    failed: int = 0


def drain(
    *,
    clock: Callable[[], datetime] = timezone.now,
    progress: Callable[[int], None] | None = None,
    at_most: timedelta | None = None,
) -> Drained:
    """Work until nothing is due. Safe to run twice at once: a lane that another worker holds is left to it.

    After `at_most` it rings its own bell and leaves the rest to that, so that no task is ended in the middle.
    """
    drained = Drained()
    stop_at = clock() + at_most if at_most is not None else None
    answer(BELL)
    worked = True
    while worked:
        worked = False
        for lane in due_lanes(clock()):
            if stop_at is not None and clock() >= stop_at:
                ring(BELL, task=TASK)
                return drained
            worked |= _work_lane(lane, drained, clock, progress, stop_at)
    return drained


def _work_lane(
    lane: Lane,
    drained: Drained,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] | None,
    stop_at: datetime | None,
) -> bool:
    """True if anything was worked; after `stop_at` no further batch is begun, for one may take seconds.

    The caller looks at all lanes again afterwards, so a delivery that arrives between our last claim and the release of
    the lock is found by us or by the worker its bell woke.
    """
    with hold(lane) as held:
        session = connection.connection
        for turn in range(TURN if held else 0):
            if turn and stop_at is not None and clock() >= stop_at:
                return True
            # On another connection than the one that took the lock, we no longer hold it.
            batch = claim(lane, clock()) if connection.connection is session else []
            if not batch:
                return turn > 0
            if batch[0].attempts > DEAD_AFTER:
                _give_up(batch[0], drained, clock())
            else:
                _work(batch, lane, drained, clock)
            if progress:
                progress(len(batch))
            else:
                log.info("Deliveries worked for account %s: %d.", lane, len(batch))
    return held


def _work(batch: Sequence[Delivery], lane: Lane, drained: Drained, clock: Callable[[], datetime]) -> None:
    """All together; if that fails, one by one, so that only the guilty one stays behind.

    Bodies are read before anything is held that others of the account wait for.
    """
    try:
        found = read(batch, now=clock())
        with transaction.atomic():
            if lane.aside:
                wait_for(lane.account)
            hand_over(batch, found, now=clock())
    except Exception as error:
        if len(batch) > 1:
            log.warning("A batch of %d deliveries failed (%s); taking them one by one.", len(batch), _name(error))
            for delivery in batch:
                _work([delivery], lane, drained, clock)
            return
        _put_back(batch[0], error, drained, clock())
        return
    for delivery in batch:
        drained.dead += delivery.state == DeliveryState.DEAD
        drained.done += delivery.state == DeliveryState.DONE


def _put_back(delivery: Delivery, error: Exception, drained: Drained, now: datetime) -> None:
    """Wait and try again, or give up: the reason names the kind of fault, never the text."""
    with logs.trace(delivery.pk):
        log.exception("Delivery %d failed, attempt %d.", delivery.pk, delivery.attempts)
    reason = _("Failed in our own code: {name}").format(name=_name(error))
    if delivery.attempts >= DEAD_AFTER:
        _bury(delivery, reason, drained, now)
        return
    # Whatever the work had marked on it before it failed was rolled back.
    Delivery.objects.filter(pk=delivery.pk).update(next_try_at=now + wait_after(delivery.attempts), reason=reason)
    drained.failed += 1


def _give_up(delivery: Delivery, drained: Drained, now: datetime) -> None:
    """It was claimed so often and never came back: its body, or what it sets off, kills the worker."""
    log.error("Delivery %d was given up: its worker died %d times.", delivery.pk, delivery.attempts - 1)
    _bury(delivery, _("Its worker died {n} times.").format(n=delivery.attempts - 1), drained, now)


def _bury(delivery: Delivery, reason: str, drained: Drained, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DEAD, finished_at=now, reason=reason)
    drained.dead += 1


def _name(error: Exception) -> str:
    return type(error).__name__
