"""Proof that work flows: a bell is rung through the queue, and its task stamps a row.

django-q2's own heartbeat says "working" while a cluster is wedged; this cannot. Restarting is the supervisor's work.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import F, Q
from django_q.tasks import async_task

from kapture.models import Heartbeat

NAME = "worker"
RING_EVERY = timedelta(seconds=15)
STALE_AFTER = timedelta(seconds=90)
_NEVER = datetime.fromtimestamp(0, UTC)


def ring(now: datetime, *, force: bool = False) -> bool:
    """Ring the canary unless it was rung in the last 15 s or an answer is still due; say whether it was rung.

    Any number of processes may call this; one of them rings. `force` is for a worker that was just started.
    """
    Heartbeat.objects.get_or_create(name=NAME, defaults={"rung_at": _NEVER})
    answered = Q(beat_at__gte=F("rung_at"), rung_at__lte=now - RING_EVERY)
    lost = Q(rung_at__lte=now - STALE_AFTER)
    due = Q() if force else answered | lost
    rung = bool(Heartbeat.objects.filter(due, name=NAME).update(rung_at=now))
    if rung:
        async_task("kapture.tasks.beat")
    return rung


def beat(now: datetime) -> None:
    """Answer the bell; runs in the worker."""
    fresh = {"beat_at": now, "rung_at": now}
    Heartbeat.objects.update_or_create(name=NAME, defaults={"beat_at": now}, create_defaults=fresh)


def age(now: datetime) -> float | None:
    """Return the seconds since the worker last answered, None when it never did."""
    stamp = Heartbeat.objects.filter(name=NAME).values_list("beat_at", flat=True).first()
    return (now - stamp).total_seconds() if stamp else None
