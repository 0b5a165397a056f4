"""The clocks of a ticket as its page shows them: what is running first, how much is used up, and why it is due then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.calendars import Calendar, Period, worked
from tickets.models import SlaClock, SlaPause, Ticket
from tickets.permissions import find_unseen
from tickets.promises.public_holidays import PublicHolidays
from tickets.reading.context import WARN

MOST_STRETCHES = 6  # more are summed up
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    clock: SlaClock
    used: int  # minutes of the promise
    soon: bool
    # In which it runs to its end, by the wall clock of the business hours; none when it runs around the clock.
    stretches: Sequence[Period] = ()
    zone: str = ""  # that clock's time zone
    further: int = 0  # stretches that are not named
    closed: Sequence[tuple[date, str]] = ()  # the days between that were left out, with why
    pauses: Sequence[SlaPause] = ()  # in which it stood still, or still does
    left: timedelta | None = None  # of its time, while it stands still
    came_with: bool = False  # a merge
    came_from: int | None = None  # that ticket, when they may see it


def show_clocks(ticket: Ticket, *, by: User, now: datetime, paused: bool = True) -> list[Shown]:
    """Running ones first, then how the latest of each promise ended. One statement; one more where it was `paused`, and
    one where a merge brought a promise and they do not see all."""
    latest: dict[str, SlaClock] = {}
    for clock in _clocks(ticket=ticket.pk):
        latest.setdefault(clock.metric, clock)
    ordered = sorted(latest.values(), key=lambda clock: (clock.ended_at is not None, clock.due_at))
    pauses = _pauses(ticket=ticket.pk) if paused and ordered else []
    found: dict[int, int | None] = {clock.pk: getattr(clock, "came_from", None) for clock in ordered}
    came = {pk: number for pk, number in found.items() if number is not None}
    unseen = find_unseen(set(came.values()), user=by) if came else frozenset[int]()
    return [
        replace(
            _show(clock, _of(clock, pauses), now=now),
            came_with=clock.pk in came,
            came_from=came[clock.pk] if clock.pk in came and came[clock.pk] not in unseen else None,
        )
        for clock in ordered
    ]


@prepared
def _clocks() -> QuerySet[SlaClock]:
    # A running one that a merge brought may have started before others.
    ended = ExpressionWrapper(Q(ended_at__isnull=False), output_field=BooleanField())
    rows = SlaClock.objects.filter(ticket=Given("ticket")).select_related("policy__business_hours")
    same = {name: OuterRef(name) for name in ("metric", "started_at", "minutes", "priority")}
    left = SlaClock.objects.filter(ticket__merged_into=OuterRef("ticket"), met=None, **same)
    rows = rows.annotate(came_from=Subquery(left.order_by("id").values("ticket")[:1]))
    return rows.order_by(ended, "-started_at", "-id")


@prepared
def _pauses() -> QuerySet[SlaPause]:
    return SlaPause.objects.filter(ticket=Given("ticket")).select_related("by")


def _of(clock: SlaClock, pauses: Sequence[SlaPause]) -> list[SlaPause]:
    """Those in which this promise stood still before it was due."""
    end = clock.ended_at or clock.due_at
    during = [one for one in pauses if one.since < end and (one.until is None or one.until > clock.started_at)]
    return [one for one in during if clock.metric in one.metrics]


def _show(clock: SlaClock, pauses: Sequence[SlaPause], *, now: datetime) -> Shown:
    hours = clock.policy.business_hours if clock.policy else None
    calendar = hours.calendar if hours else None
    until = clock.ended_at or now
    still = [(one.since, one.until or until) for one in pauses if one.since < (one.until or until)]
    used = _sum(worked(calendar, clock.started_at, until, still=still))
    stretches = worked(calendar, clock.started_at, clock.due_at) if calendar and clock.ended_at is None else []
    left = None
    if clock.paused_at is not None:
        left = _sum(worked(calendar, clock.paused_at, clock.due_at))
    return Shown(
        clock=clock,
        used=used // A_MINUTE,
        pauses=pauses,
        left=left,
        soon=clock.due_at - now <= WARN,
        stretches=[_by_the_wall(stretch, calendar) for stretch in stretches[:MOST_STRETCHES]] if calendar else [],
        zone=str(calendar.week.zone) if calendar else "",
        further=max(0, len(stretches) - MOST_STRETCHES),
        closed=_closed(clock, calendar) if calendar and clock.ended_at is None else [],
    )


def _sum(periods: Sequence[Period]) -> timedelta:
    return sum((end - start for start, end in periods), timedelta())


def _by_the_wall(stretch: Period, calendar: Calendar) -> Period:
    start, end = (moment.astimezone(calendar.week.zone).replace(tzinfo=None) for moment in stretch)
    return start, end


def _closed(clock: SlaClock, calendar: Calendar) -> list[tuple[date, str]]:
    """The public holidays, and days of its own, on which it stood still."""
    zone = calendar.week.zone
    first, last = clock.started_at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days))
    named = [(day, _why_closed(day, calendar)) for day in days if not calendar.spans_of(day)]
    return [(day, name) for day, name in named if name]


def _why_closed(day: date, calendar: Calendar) -> str:
    if day in calendar.days:
        return _("a day of its own")
    return calendar.holidays.name(day) if isinstance(calendar.holidays, PublicHolidays) else ""
