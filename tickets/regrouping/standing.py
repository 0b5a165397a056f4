"""What a gesture that is undone can put back by now, set-wise: nobody who is gone since, and what only its moment woke
aside again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Field, Model, QuerySet, Value
from django.utils.dateparse import parse_datetime

from tickets.choices import Direction
from tickets.models import Activity, Folder, Gesture, Message, SlaClock, SlaPause, SlaPolicy, Ticket, Trace

_Row = dict[str, Any]
# Where a journal keeps the rows of which table.
_KEPT: dict[str, type[Model]] = {"ticket": Ticket, "clocks": SlaClock, "pauses": SlaPause}
# What may be deleted while a journal still names it.
_PASSING: tuple[type[Model], ...] = (User, Folder, SlaPolicy)
ASIDE = ("snoozed_at", "snoozed_until", "snoozed_by_id", "snooze_reason")
# What brings a ticket back that was put aside: docs/rules.md, "Putting a ticket aside".
_CHANGES = (
    "ticket.snoozed",
    "ticket.status",
    "ticket.priority",
    "ticket.moved",
    "ticket.assigned",
    "reply.queued",
    "reply.asked",
)


def leave_out_the_gone(traces: Sequence[Trace]) -> None:
    """Nobody, and nothing, stands where these traces name people, folders or policies that were deleted since: there is
    nothing to put back. One statement, or none."""
    named = [
        (row, name, related)
        for trace in traces
        for state in (trace.before, trace.after)
        for key, model in _KEPT.items()
        for row in _rows(state.get(key))
        for name, related in _references(model)
        if row.get(name) is not None
    ]
    asked = [(model, {row[name] for row, name, related in named if related is model}) for model in _PASSING]
    there = _there([(model, keys) for model, keys in asked if keys])
    for row, name, related in named:
        if (related._meta.model_name, row[name]) not in there:
            row[name] = None


def _rows(kept: Any) -> Sequence[_Row]:
    if kept is None:
        return ()
    return [kept] if isinstance(kept, dict) else kept


def _references(model: type[Model]) -> list[tuple[str, type[Model]]]:
    """Its columns that may name one of them, or nobody."""
    fields: list[Field[Any, Any]] = [field for field in model._meta.concrete_fields if field.null]
    return [(field.attname, field.related_model) for field in fields if field.related_model in _PASSING]


def _there(asked: Sequence[tuple[type[Model], set[int]]]) -> set[tuple[str, int]]:
    if not asked:
        return set()
    rows: list[QuerySet[Any, Any]] = [
        model._default_manager.filter(pk__in=keys).order_by().values_list(Value(model._meta.model_name), "pk")
        for model, keys in asked
    ]
    return set(rows[0].union(*rows[1:], all=True))


def woken_by_its_moment(
    gesture: Gesture, traces: Sequence[Trace], present: Mapping[int, Mapping[str, _Row]], *, now: datetime
) -> set[int]:
    """Those that were put aside until a moment that is still to come, and were woken since by nothing but the moment
    that the gesture gave them: nobody wrote on them or changed them. Once messages are where they belong. One
    statement, or none."""
    found = {
        trace.ticket_id
        for trace in traces
        if trace.before["ticket"]["snoozed_at"]
        and trace.after["ticket"]["snoozed_until"]
        and not present[trace.ticket_id]["ticket"]["snoozed_at"]
        and _is_to_come(trace.before["ticket"]["snoozed_until"], now)
    }
    if not found:
        return found
    since = Activity.objects.filter(ticket__in=found, at__gte=gesture.at).exclude(gesture=gesture.pk)
    by_time = since.filter(verb="ticket.woke", data__why="time")
    otherwise = since.filter(verb="ticket.woke").exclude(data__why="time") | since.filter(verb__in=_CHANGES)
    wrote = Message.objects.filter(ticket__in=found, pk__gt=gesture.latest, direction=Direction.IN)
    woken, changed = by_time.values_list("ticket"), otherwise.values_list("ticket")
    return {pk for (pk,) in woken.order_by().difference(changed.order_by(), wrote.order_by().values_list("ticket"))}


def _is_to_come(until: str | None, now: datetime) -> bool:
    """Without a moment it is aside until the customer writes."""
    moment = parse_datetime(until) if until else None
    return moment is None or moment > now
