"""Sends what waits, and tries again on the ladder; whoever refuses for days is not called any more."""

import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kapture.sealing import CannotOpen
from tickets.choices import HookState
from tickets.hooks.calling import ANSWER_SECONDS, Answer, NotCalled, post
from tickets.hooks.telling import make_test
from tickets.models import Hook, HookDelivery
from tickets.models.hook import LONGEST_REASON

log = logging.getLogger(__name__)
# After the first try, the second … Then the delivery is given up.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 24 * 60))
LONGEST_WAIT = timedelta(days=1)  # of what a receiver's Retry-After may ask
PATIENCE = timedelta(days=3)  # of nothing but failures; then it is switched off
KEPT = timedelta(days=30)
THREADS = 8
_EACH = 4  # of one webhook at a time, so that a slow one does not hold up the others
MOST_SECONDS = ANSWER_SECONDS + 2  # that a call may last; the name may have to be looked up first
_LEASE = timedelta(minutes=2)  # of a try; far beyond what a call can take
_GONE = 410
Outcome = Answer | str  # or what went wrong


def send_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Send what is due; returns how many were tried. What is not done after `at_most` waits for the next time."""
    stop_at = clock() + at_most if at_most is not None else None
    tried, tired = 0, set[int]()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")
    try:
        while due := _claim(clock(), but=tired):
            tired |= _send(pool, due, clock=clock)
            tried += len(due)
            if stop_at is not None and clock() + timedelta(seconds=MOST_SECONDS) >= stop_at:
                break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return tried


def _send(pool: ThreadPoolExecutor, due: Sequence[HookDelivery], *, clock: Callable[[], datetime]) -> set[int]:
    """Each is noted as it ends. Returns the webhooks that are left alone for this time: one that does not answer holds
    a worker no longer than one call may last."""
    calls = {pool.submit(_call, one, _secret(one), clock()): one for one in due}
    failed: set[int] = set()
    try:
        for call in as_completed(calls, timeout=MOST_SECONDS):
            delivery, outcome = calls.pop(call), call.result()
            _note(delivery, outcome, now=clock())
            if not (isinstance(outcome, Answer) and outcome.is_taken):
                failed.add(delivery.hook_id)
    except TimeoutError:
        log.warning("%d outgoing webhook calls took too long; they are left to themselves.", len(calls))
    for call, delivery in calls.items():
        failed.add(delivery.hook_id)
        if call.cancel():  # nobody has begun it
            HookDelivery.objects.filter(pk=delivery.pk).update(tries=delivery.tries - 1, next_at=clock())
        else:
            _note(delivery, f"No answer within {MOST_SECONDS:.0f} seconds.", now=clock())
    return failed


def send_test(hook: Hook, *, now: datetime) -> HookDelivery:
    """An event that says nothing, sent at once; its delivery says what came of it."""
    delivery = make_test(hook, now=now)
    delivery.tries, delivery.next_at = 1, now + _LEASE
    delivery.save()
    _note(delivery, _call(delivery, _secret(delivery), now), now=now)
    return delivery


def forget(*, now: datetime) -> int:
    """Drop what ended long ago; returns how many rows."""
    old = HookDelivery.objects.filter(ended_at__lt=now - KEPT).order_by("ended_at").values("pk")[:10_000]
    return HookDelivery.objects.filter(pk__in=old).delete()[0]


def _claim(now: datetime, *, but: Collection[int] = ()) -> Sequence[HookDelivery]:
    """The next of each webhook but these, those that work first. The try is counted and committed before the call."""
    sql = f"""
        UPDATE tickets_hookdelivery SET tries = tries + 1, next_at = %s WHERE id IN (
            SELECT d.id FROM tickets_hook h CROSS JOIN LATERAL (
                SELECT id FROM tickets_hookdelivery WHERE hook_id = h.id AND state = 'waiting' AND next_at <= %s
                ORDER BY next_at, id LIMIT {_EACH} FOR UPDATE SKIP LOCKED) d
            WHERE h.enabled AND h.id <> ALL(%s)) RETURNING id
    """  # noqa: S608  (a constant of this module)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [now + _LEASE, now, list(but)])
        claimed = [pk for (pk,) in cursor.fetchall()]
    rows = HookDelivery.objects.filter(pk__in=claimed).select_related("hook").defer("hook__secret")
    rows = rows.order_by(F("hook__failing_since").asc(nulls_first=True), "pk")
    return list(rows) if claimed else []


def _secret(delivery: HookDelivery) -> str | None:
    """Nothing, if it was sealed with a key that is lost: the others' events go out all the same."""
    try:
        return str(delivery.hook.secret)
    except CannotOpen:
        return None


def _call(delivery: HookDelivery, secret: str | None, now: datetime) -> Outcome:
    """In a thread of its own: asks no database."""
    if secret is None:
        return "Its signing secret cannot be opened with ENCRYPTION_KEYS: make a new one."
    try:
        return post(delivery.hook.url, delivery.body, event=str(delivery.event), secret=secret, now=now)
    except NotCalled as error:
        return str(error)
    except Exception as trouble:
        log.exception("An outgoing webhook failed in an unexpected way; it will be tried again.")
        return f"Unexpected trouble ({type(trouble).__name__})."


@transaction.atomic
def _note(delivery: HookDelivery, outcome: Outcome, *, now: datetime) -> None:
    answer = outcome if isinstance(outcome, Answer) else None
    delivery.status = answer.status if answer else None
    if answer and answer.is_taken:
        _end(delivery, HookState.DELIVERED, "", now=now)
        Hook.objects.filter(pk=delivery.hook_id, failing_since__isnull=False).update(failing_since=None)
        return
    reason = f"It answered {answer.status}." if answer else str(outcome)[:LONGEST_REASON]
    if delivery.tries > len(LADDER):
        _end(delivery, HookState.GIVEN_UP, reason, now=now)
    else:
        wait = max(LADDER[delivery.tries - 1], timedelta(seconds=(answer and answer.retry_after) or 0))
        delivery.next_at, delivery.reason = now + min(wait, LONGEST_WAIT), reason
        delivery.save(update_fields=["next_at", "status", "reason"])
    _note_failure(delivery.hook, reason, gone=bool(answer and answer.status == _GONE), now=now)


def _end(delivery: HookDelivery, state: HookState, reason: str, *, now: datetime) -> None:
    delivery.state, delivery.reason, delivery.ended_at = state, reason, now
    delivery.save(update_fields=["state", "status", "reason", "ended_at"])


def _note_failure(hook: Hook, reason: str, *, gone: bool, now: datetime) -> None:
    """Switch it off when its receiver says that it is gone for good, or nothing arrived for days."""
    Hook.objects.filter(pk=hook.pk, failing_since=None).update(failing_since=now)
    hopeless = Hook.objects.filter(pk=hook.pk, enabled=True)
    if not gone:
        hopeless = hopeless.filter(failing_since__lte=now - PATIENCE)
    why = "Its receiver says that it is gone for good." if gone else f"Nothing arrived for three days. Last: {reason}"
    if hopeless.update(enabled=False, stopped_at=now, stopped_reason=why[:LONGEST_REASON]):
        log.warning("Outgoing webhook %s switched itself off: %s", hook.name, why)
