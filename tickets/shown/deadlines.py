"""Why a running promise is due when it is, sentence by sentence, for the ticket's page and for the API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.choices import Priority
from tickets.models import SlaClock, SlaPause
from tickets.shown.clocks import Shown
from tickets.wording.spans import span_of

_MOMENT = "j M, H:i"


def explain(shown: Shown, *, priority: str) -> list[str]:
    """`priority`: the ticket's of today. Of a promise that ended nothing."""
    clock = shown.clock
    return list(_lines(shown, Priority(priority))) if clock.ended_at is None else []


def _lines(shown: Shown, priority: Priority) -> Iterator[str]:
    clock, named = shown.clock, _own_zone(shown)
    yield _("Starts at the message's own time, {time}.").format(time=_at(clock.started_at, "j M, H:i:s") + named)
    yield _("Policy “{policy}”, {priority}: {metric} in {span}.").format(
        policy=clock.policy.name if clock.policy else _("a policy deleted since"),
        priority=clock.get_priority_display(),
        metric=clock.get_metric_display(),
        span=span_of(timedelta(minutes=clock.minutes)),
    )
    if shown.came_with:
        yield _origin(clock, shown.came_from)
    elif clock.priority != priority:
        given = _("The ticket is {priority} by now; this promise goes on as it was given.")
        yield given.format(priority=priority.label)
    if shown.stretches:
        yield _hours(shown)
    yield from (pause_words(pause, named) for pause in shown.pauses)
    if shown.otherwise:
        yield _(
            "It stays as it was promised, or as it was moved to; by the hours its policy has today it would be due at"
            " another moment."
        )
    if not named:
        yield _("Due {time}.").format(time=_at(clock.due_at, _MOMENT))
        return
    there = written(clock.due_at.astimezone(ZoneInfo(shown.zone)), "D j M, H:i")
    told = _("Due {time}, by the clock of these hours {there}.")
    yield told.format(time=_at(clock.due_at, _MOMENT) + named, there=there)


def _own_zone(shown: Shown) -> str:
    """Named where another one is told besides, the one of the business hours: “ (UTC)”."""
    own = timezone.get_current_timezone_name()
    return f" ({own})" if shown.stretches and shown.zone != own else ""


def _origin(clock: SlaClock, number: int | None) -> str:
    told = _("Came with the merge of another ticket, as it was given there ({priority}).")
    if number is not None:
        told = _("Came with the merge of #{n}, as it was given there ({priority}).")
    return told.format(n=number, priority=clock.get_priority_display())


def pause_words(pause: SlaPause, zone: str = "") -> str:
    """A time in which a promise stood still, or still does. `zone`: named behind its times."""
    told = _("Stands still since {since}: {status}")
    if pause.until is not None:
        told = _("Stood still from {since} to {until}: {status}")
    until = _at(pause.until, _MOMENT) + zone if pause.until is not None else ""
    words = told.format(since=_at(pause.since, _MOMENT) + zone, until=until, status=pause.get_status_display().lower())
    reason = _(", “{reason}”").format(reason=pause.reason) if pause.reason else ""
    who = f" ({shown_name(pause.by)})" if pause.by else ""
    return f"{words}{reason}{who}."


def _hours(shown: Shown) -> str:
    hours = shown.clock.policy.business_hours if shown.clock.policy else None
    named = [f"{written(start, 'D j M, H:i')}–{written(end, 'H:i')}" for start, end in shown.stretches]
    told = _("It runs in business hours “{hours}” ({zone}): {stretches}").format(
        hours=hours.name if hours else "", zone=shown.zone, stretches="; ".join(named)
    )
    if shown.further:
        told += " " + _("and {n} more").format(n=shown.further)
    if not shown.closed:
        return f"{told}."
    days = ", ".join(f"{written(day, 'j M')} ({name})" for day, name in shown.closed)
    return f"{told}. " + _("Closed: {days}.").format(days=days)


def _at(moment: datetime, how: str) -> str:
    return written(timezone.localtime(moment), how)
