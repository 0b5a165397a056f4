"""The figures of the project itself, and the collecting of everybody's (settings.HEALTH_PROBES)."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from kapture import canary
from kapture.figures import Figure


def figures() -> list[Figure]:
    """Return the age of the canary and what waits in the queue."""
    now = timezone.now()
    age = canary.age(now)
    waiting = OrmQ.objects.filter(lock__lte=now).aggregate(rows=Count("id"), oldest=Min("lock"))
    oldest = (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    return [
        _canary_figure(age),
        Figure("kapture_bells_waiting", "Wake-ups due and not yet taken by a worker", waiting["rows"]),
        Figure("kapture_bell_oldest_age_seconds", "Age of the oldest wake-up that is due", oldest),
    ]


def _canary_figure(age: float | None) -> Figure:
    name, text = "kapture_canary_age_seconds", "Seconds since a worker last answered its canary"
    if age is None:
        return Figure(name, text, float("inf"), unhealthy="No worker has answered yet.")
    if age > canary.STALE_AFTER.total_seconds():
        return Figure(name, text, age, unhealthy=f"No worker has answered for {age:.0f} s.")
    return Figure(name, text, age, healthy="A worker answers.")


def collect() -> Iterator[Figure]:
    """Yield the figures of every probe; a probe that fails becomes an unhealthy figure of its own."""
    for path in settings.HEALTH_PROBES:
        try:
            yield from import_string(path)()
        except Exception as error:
            # One broken probe must not hide what the others see.
            sentence = f"The probe {path} failed ({type(error).__name__})."
            text = "Probes that raised an error"
            yield Figure("kapture_probe_failed", text, 1, labels={"probe": path}, unhealthy=sentence)
