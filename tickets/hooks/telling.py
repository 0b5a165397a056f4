"""From lines of history to deliveries: each line once for each outgoing webhook that wants it.

A webhook remembers how far it has read (tickets/reading/changes.py), so a line is told however late its transaction
commits, and whatever was under way when somebody was killed.
"""

import json
import logging
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets.hooks.allowing import tellable
from tickets.models import Activity, Hook, HookDelivery, Ticket
from tickets.models.departed import gone_name, with_doer
from tickets.reading.changes import OtherServer, Place, present, read_changes

log = logging.getLogger(__name__)
_AT_ONCE = 500  # lines, of one webhook
TEST = "test"


def begin(hook: Hook) -> None:
    """Tell from now on. What was written before, or while it was off, is not told."""
    hook.read_changed, hook.read_number = present()


def tell(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> bool:
    """Make deliveries of what is new, a piece for each webhook in turn, and first for those that have read least.
    Whether that is all: after `at_most` no piece is begun. Not inside a transaction."""
    stop_at = clock() + at_most if at_most is not None else None
    behind = Hook.objects.filter(enabled=True).order_by("read_changed", "read_number", "pk")
    hooks = deque(behind.defer("secret"))
    while hooks:
        if stop_at is not None and clock() >= stop_at:
            return False
        hook = hooks.popleft()
        if _tell(hook, now=clock()):
            hooks.append(hook)
    return True


def _tell(hook: Hook, *, now: datetime) -> bool:
    """A piece of what is new; whether there is more for us to tell."""
    place = Place(hook.read_changed, hook.read_number)
    try:
        changes = read_changes("activity", place, size=_AT_ONCE)
    except OtherServer:
        log.warning("Outgoing webhook %s: the database was restored; it is told from now on.", hook.name)
        begin(hook)
        _move(hook, place)
        return False
    if not changes.numbers:
        return False
    deliveries = list(_deliveries(hook, changes.numbers, now=now))
    hook.read_changed, hook.read_number = changes.place
    with transaction.atomic():
        if not _move(hook, place):
            return False  # somebody else was here meanwhile
        HookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return changes.more


def _move(hook: Hook, place: Place) -> int:
    """Nothing where somebody else was here, or unticked or ticked *private* since the webhook was looked at."""
    unmoved = Hook.objects.filter(pk=hook.pk, read_changed=place.changed, read_number=place.number)
    unmoved = unmoved.filter(private=hook.private)
    return unmoved.update(read_changed=hook.read_changed, read_number=hook.read_number)


def _deliveries(hook: Hook, numbers: Iterable[int], *, now: datetime) -> Iterable[HookDelivery]:
    lines = Activity.objects.filter(pk__in=numbers).select_related("ticket__queue", "ticket__assignee")
    if hook.verbs:
        lines = lines.filter(verb__in=hook.verbs)
    for line in with_doer(tellable(lines, private=hook.private)).order_by("id"):
        facts = {
            "line": str(line.pk),
            "ticket": _ticket(line.ticket),
            "by": line.actor.username if line.actor else None,
            "by_gone": gone_name(line),
            "facts": line.data,
        }
        yield make(hook, line.verb, facts, at=line.at, now=now, line=line)


def make(
    hook: Hook, verb: str, facts: Mapping[str, Any], *, at: datetime, now: datetime, line: Activity | None = None
) -> HookDelivery:
    """One delivery, not saved yet. Its body is what Standard Webhooks calls a payload: type, timestamp, data."""
    event = uuid.uuid4()
    told = {"type": verb, "id": str(event), "timestamp": at.isoformat(), "data": dict(facts)}
    return HookDelivery(
        hook=hook,
        event=event,
        verb=verb,
        ticket_id=line.ticket_id if line else None,
        line=line.pk if line else None,
        body=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        made_at=now,
        next_at=now,
    )


def make_test(hook: Hook, *, now: datetime) -> HookDelivery:
    """An event that says nothing, to see whether it arrives."""
    return make(hook, TEST, {"words": "This is a test."}, at=now, now=now)


def _ticket(ticket: Ticket) -> dict[str, Any]:
    """What one may know of a ticket without reading it."""
    return {
        "id": str(ticket.pk),
        "url": f"{settings.PUBLIC_URL}/tickets/{ticket.pk}/",
        "status": ticket.status,
        "priority": ticket.priority,
        "queue": {"id": str(ticket.queue_id), "name": ticket.queue.name},
        "assignee": ticket.assignee.username if ticket.assignee else None,
        "private": ticket.private,
    }
