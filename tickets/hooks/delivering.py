"""Sends what waits, and tries again on the ladder; whoever refuses for days is not called any more."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

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
THREADS = 32  # that wait for answers
_EACH = 4  # of one webhook at a time, so that a slow one does not hold up the others
MOST_SECONDS = ANSWER_SECONDS + 2  # that a call may last; the name may have to be looked up first
_LEASE = timedelta(minutes=2)  # of a try; far beyond what a call can take
Outcome = Answer | str  # or what went wrong
# In turn: one of each webhook that does not rest, then a second of each … and first of those whose calls took the least
# time so far, one that fails taken for slow. Of each never more than _EACH run, and one less for each failure in a row.
_CLAIM = f"""
    WITH next AS MATERIALIZED (
        SELECT d.id FROM tickets_hook h
        LEFT JOIN unnest(%(hooks)s::bigint[], %(calls)s::bigint[], %(seconds)s::float[]) AS r (hook_id, calls, seconds)
            ON r.hook_id = h.id
        CROSS JOIN LATERAL (
            SELECT id, next_at, row_number() OVER (ORDER BY next_at, id) + coalesce(r.calls, 0) AS turn
            FROM (SELECT id, next_at FROM tickets_hookdelivery
                  WHERE hook_id = h.id AND state = 'waiting' AND next_at <= %(now)s ORDER BY next_at, id
                  LIMIT greatest(0, greatest(1, {_EACH} - h.failures) - coalesce(r.calls, 0))) AS waiting) AS d
        WHERE h.enabled AND (h.rests_until IS NULL OR h.rests_until <= %(now)s)
        ORDER BY d.turn, coalesce(r.seconds, 0) + CASE WHEN h.failing_since IS NULL THEN 0 ELSE {ANSWER_SECONDS} END,
            d.next_at, d.id
        LIMIT %(free)s
    ), due AS MATERIALIZED (
        SELECT id FROM tickets_hookdelivery
        WHERE id IN (SELECT id FROM next) AND state = 'waiting' AND next_at <= %(now)s
        ORDER BY id FOR UPDATE SKIP LOCKED
    )
    UPDATE tickets_hookdelivery AS told SET tries = tries + 1, next_at = %(until)s FROM due WHERE told.id = due.id
    RETURNING told.id
"""  # noqa: S608  (constants of these modules)


@dataclass(slots=True)
class _Calls:
    """Those under way with the moment each began, and how many seconds each webhook's took that ended."""

    running: dict[Future[Outcome], tuple[HookDelivery, datetime]] = field(default_factory=dict)
    spent: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


def send_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Send what is due; returns how many were tried. After `at_most` no call is begun: what is left waits for the next.

    Each is noted as it ends, and makes room for the next in turn: one that is slow holds up none but its own.
    """
    stop_at = clock() + at_most if at_most is not None else None
    tried, calls = 0, _Calls()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")
    try:
        while True:
            if stop_at is None or clock() < stop_at:
                for one in _claim(clock(), calls):
                    begun = clock()
                    calls.running[pool.submit(_call, one, _secret(one), begun)] = one, begun
                    tried += 1
            if not calls.running or not _note_ended(calls, clock=clock):
                return tried
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _note_ended(calls: _Calls, *, clock: Callable[[], datetime]) -> bool:
    """Wait until one has ended at least. If none does in a call's time, all are left to themselves: False."""
    ended = wait(calls.running, timeout=MOST_SECONDS, return_when=FIRST_COMPLETED).done
    for call in ended:
        delivery, begun = calls.running.pop(call)
        now = clock()
        calls.spent[delivery.hook_id] += (now - begun).total_seconds()
        _note(delivery, call.result(), now=now)
    if not ended:
        log.warning("%d outgoing webhook calls took too long; they are left to themselves.", len(calls.running))
        for delivery, _begun in calls.running.values():
            _note(
                delivery,
                _("No answer within {most_seconds:.0f} seconds.").format(most_seconds=MOST_SECONDS),
                now=clock(),
            )
    return bool(ended)


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


def _claim(now: datetime, calls: _Calls) -> Sequence[HookDelivery]:
    """As many as threads are free. The try is counted and committed before the call."""
    free = THREADS - len(calls.running)
    if not free:
        return []
    running = Counter(one.hook_id for one, _ in calls.running.values())
    hooks = [*(running.keys() | calls.spent.keys())]
    facts: dict[str, Any] = {
        "hooks": hooks,
        "calls": [running[hook] for hook in hooks],
        "seconds": [calls.spent.get(hook, 0.0) for hook in hooks],
        "now": now,
        "free": free,
        "until": now + _LEASE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        claimed = [pk for (pk,) in cursor.fetchall()]
    rows = HookDelivery.objects.filter(pk__in=claimed).select_related("hook").defer("hook__secret").order_by("pk")
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
        return _("Its signing secret cannot be opened with ENCRYPTION_KEYS: make a new one.")
    try:
        return post(delivery.hook.url, delivery.body, event=str(delivery.event), secret=secret, now=now)
    except NotCalled as error:
        return str(error)
    except Exception as trouble:
        log.exception("An outgoing webhook failed in an unexpected way; it will be tried again.")
        return _("Unexpected trouble ({name}).").format(name=type(trouble).__name__)


@transaction.atomic
def _note(delivery: HookDelivery, outcome: Outcome, *, now: datetime) -> None:
    answer = outcome if isinstance(outcome, Answer) else None
    delivery.status = answer.status if answer else None
    if answer and answer.is_taken:
        _end(delivery, HookState.DELIVERED, "", now=now)
        note_taken(delivery.hook, now=now)
        return
    reason = _("It answered {status}.").format(status=answer.status) if answer else str(outcome)[:LONGEST_REASON]
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
