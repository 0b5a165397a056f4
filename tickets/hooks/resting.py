"""When a receiver is let rest: after ten failures in a row, or when it says that it is told too much.

One failure puts off its own delivery alone (the ladder in tickets/hooks/delivering.py); the others go on.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tickets.hooks.calling import Answer
from tickets.models import Hook, HookDelivery
from tickets.models.hook import LONGEST_REASON

log = logging.getLogger(__name__)
MOST_FAILURES = 10  # in a row; then it rests, and one delivery tries whether it is back
REST = timedelta(minutes=1)  # and one more for each try that finds it still down
LONGEST_REST = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=1)  # of what a receiver's Retry-After may ask
PATIENCE = timedelta(days=3)  # of nothing but failures; then it is switched off
_GONE, _TOO_MANY, _UNAVAILABLE = 410, 429, 503


def note_taken(hook: Hook, *, now: datetime) -> None:
    """A rest its receiver asked for goes on: this one was under way by then."""
    changes = Q(failing_since__isnull=False) | Q(rests_until__lte=now)
    rest = Case(When(rests_until__gt=now, then=F("rests_until")), default=None)
    Hook.objects.filter(changes, pk=hook.pk).update(failing_since=None, failures=0, rests_until=rest)


def note_failure(hook: Hook, answer: Answer | None, reason: str, *, now: datetime) -> None:
    """Let it rest where that is due; switch it off when its receiver says that it is gone for good, or nothing arrived
    for days. Inside the transaction that notes the delivery."""
    failing = Hook.objects.filter(pk=hook.pk)
    failing.update(failing_since=Coalesce("failing_since", now), failures=F("failures") + 1)
    failures = failing.values_list("failures", flat=True).get()  # the row is ours by now
    if rest := rest_after(failures, answer):
        failing.update(rests_until=now + rest)
    gone = bool(answer and answer.status == _GONE)
    hopeless = failing.filter(enabled=True)
    if not gone:
        hopeless = hopeless.filter(failing_since__lte=now - PATIENCE)
    why = (
        _("Its receiver says that it is gone for good.")
        if gone
        else _("Nothing arrived for three days. Last: {reason}").format(reason=reason)
    )
    if hopeless.update(enabled=False, stopped_at=now, stopped_reason=why[:LONGEST_REASON]):
        log.warning("Outgoing webhook %s switched itself off: %s", hook.name, why)


def rest_after(failures: int, answer: Answer | None) -> timedelta | None:
    """How long the whole webhook rests after so many failures in a row, of which this is the last."""
    asked = timedelta(seconds=(answer and answer.retry_after) or 0)
    if answer and (answer.status == _TOO_MANY or (answer.status == _UNAVAILABLE and asked)):
        return min(max(asked, REST), LONGEST_WAIT)
    if failures < MOST_FAILURES:
        return None
    return min(REST * (failures - MOST_FAILURES + 1), LONGEST_REST)


def why_waiting(delivery: HookDelivery, *, now: datetime) -> str:
    """Why one that waits has not gone out, or not again."""
    hook = delivery.hook
    if not hook.enabled:
        return _("Its webhook is switched off.")
    rests = bool(hook.rests_until and hook.rests_until > now)
    if delivery.next_at > now and delivery.reason:
        return delivery.reason
    if delivery.next_at > now and delivery.tries:
        return _("It is being sent.")
    if rests and hook.failures < MOST_FAILURES:
        return _("Its webhook rests until {rests_until:%H:%M} UTC, as its receiver asked.").format(
            rests_until=hook.rests_until
        )
    if rests:
        return _("Its webhook rests until {rests_until:%H:%M} UTC: {failures} failures in a row.").format(
            rests_until=hook.rests_until, failures=hook.failures
        )
    return _("It is due, and waits its turn.")
