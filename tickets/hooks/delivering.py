"""Sends what waits, and tries again on the ladder; whoever refuses for days is not called any more."""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kapture.sealing import CannotOpen
from tickets.choices import HookState
from tickets.hooks.calling import ANSWER_SECONDS, Answer, NotCalled, post
from tickets.hooks.resting import LONGEST_WAIT, note_failure, note_taken
from tickets.hooks.telling import make_test
from tickets.models import Hook, HookDelivery
from tickets.models.hook import LONGEST_REASON

log = logging.getLogger(__name__)
# After the first try, the second … Then the delivery is given up.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 24 * 60))
KEPT = timedelta(days=30)
THREADS = 32  # that wait for answers; so many that a few silent receivers leave some to the others
_EACH = 4  # of one webhook at a time, so that a slow one does not hold up the others
MOST_SECONDS = ANSWER_SECONDS + 2  # that a call may last; the name may have to be looked up first
_LEASE = timedelta(minutes=2)  # of a try; far beyond what a call can take
Outcome = Answer | str  # or what went wrong
_Running = dict[Future[Outcome], HookDelivery]


def send_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Send what is due; returns how many were tried. After `at_most` no call is begun: what is left waits for the next.

    Each is noted as it ends, and makes room for the next of its webhook: one that is slow holds up none but its own.
    """
    stop_at = clock() + at_most if at_most is not None else None
    tried, running = 0, _Running()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")
    try:
        while True:
            if stop_at is not None and clock() >= stop_at:
                tried -= _give_back(running, now=clock())
            else:
                for one in _claim(clock(), running.values()):
                    running[pool.submit(_call, one, _secret(one), clock())] = one
                    tried += 1
            if not running or not _note_ended(running, clock=clock):
                return tried
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _note_ended(running: _Running, *, clock: Callable[[], datetime]) -> bool:
    """Wait until one has ended at least. If none does in a call's time, all are left to themselves: False."""
    ended = wait(running, timeout=MOST_SECONDS, return_when=FIRST_COMPLETED).done
    for call in ended:
        _note(running.pop(call), call.result(), now=clock())
    if not ended:
        log.warning("%d outgoing webhook calls took too long; they are left to themselves.", len(running))
        _give_back(running, now=clock())
        for delivery in running.values():
            _note(delivery, f"No answer within {MOST_SECONDS:.0f} seconds.", now=clock())
    return bool(ended)


def _give_back(running: _Running, *, now: datetime) -> int:
    """Those nobody has begun are not tried yet. Returns how many."""
    unbegun = [call for call in running if call.cancel()]
    for call in unbegun:
        delivery = running.pop(call)
        HookDelivery.objects.filter(pk=delivery.pk).update(tries=delivery.tries - 1, next_at=now)
    return len(unbegun)


def send_test(hook: Hook, *, now: datetime) -> HookDelivery:
    """An event that says nothing, sent at once; its delivery says what came of it. Once taken, the webhook rests no
    longer."""
    delivery = make_test(hook, now=now)
    delivery.tries, delivery.next_at = 1, now + _LEASE
    delivery.save()
    _note(delivery, _call(delivery, _secret(delivery), now), now=now)
    if delivery.state == HookState.DELIVERED:
        Hook.objects.filter(pk=hook.pk).update(rests_until=None)
    return delivery


def forget(*, now: datetime) -> int:
    """Drop what ended long ago; returns how many rows."""
    old = HookDelivery.objects.filter(ended_at__lt=now - KEPT).order_by("ended_at").values("pk")[:10_000]
    return HookDelivery.objects.filter(pk__in=old).delete()[0]


def _claim(now: datetime, running: Iterable[HookDelivery]) -> Sequence[HookDelivery]:
    """The next of each webhook that does not rest, so that never more than `_EACH` of it run, and one less for each
    failure in a row. The try is counted and committed before the call."""
    sql = f"""
        UPDATE tickets_hookdelivery SET tries = tries + 1, next_at = %s WHERE id IN (
            SELECT d.id FROM tickets_hook h
            LEFT JOIN (SELECT hook_id, count(*) AS calls FROM unnest(%s::bigint[]) AS hook_id GROUP BY 1) r
                ON r.hook_id = h.id
            CROSS JOIN LATERAL (
                SELECT id FROM tickets_hookdelivery WHERE hook_id = h.id AND state = 'waiting' AND next_at <= %s
                ORDER BY next_at, id
                LIMIT greatest(0, greatest(1, {_EACH} - h.failures) - coalesce(r.calls, 0))
                FOR UPDATE SKIP LOCKED) d
            WHERE h.enabled AND (h.rests_until IS NULL OR h.rests_until <= %s)) RETURNING id
    """  # noqa: S608  (a constant of this module)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [now + _LEASE, [one.hook_id for one in running], now, now])
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
        note_taken(delivery.hook, now=now)
        return
    reason = f"It answered {answer.status}." if answer else str(outcome)[:LONGEST_REASON]
    if delivery.tries > len(LADDER):
        _end(delivery, HookState.GIVEN_UP, reason, now=now)
    else:
        wait_for = max(LADDER[delivery.tries - 1], timedelta(seconds=(answer and answer.retry_after) or 0))
        delivery.next_at, delivery.reason = now + min(wait_for, LONGEST_WAIT), reason
        delivery.save(update_fields=["next_at", "status", "reason"])
    note_failure(delivery.hook, answer, reason, now=now)


def _end(delivery: HookDelivery, state: HookState, reason: str, *, now: datetime) -> None:
    delivery.state, delivery.reason, delivery.ended_at = state, reason, now
    delivery.save(update_fields=["state", "status", "reason", "ended_at"])
