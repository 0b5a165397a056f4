"""The clocks of a ticket as its page shows them: what is running first, how much is used up, and why it is due then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.calendars import Calendar, Period, due, worked
from tickets.choices import Metric
from tickets.models import SlaClock, SlaPause, Ticket
from tickets.permissions import find_unseen
from tickets.promises.public_holidays import PublicHolidays
from tickets.reading.context import WARN

MOST_STRETCHES = 6  # more are summed up
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    clock: SlaClock
    used: int  # minutes of a running promise
    soon: bool
    awaits: bool = False  # it is judged when an answer is out that is on its way
    ahead: timedelta = timedelta()  # of its moment, by the wall clock: when it was kept
    late: timedelta = timedelta()  # the same, when it was missed
    took: int | None = None  # minutes, where all time counted until it was due: no other hours tell it otherwise
    # Whether the hours of today make another moment of it: then they do not explain it.
    otherwise: bool = False
    # In which it runs to its end, by the wall clock of the business hours; none when it runs around the clock.
    stretches: Sequence[Period] = ()
    zone: str = ""  # that clock's time zone
    further: int = 0  # stretches that are not named
    closed: Sequence[tuple[date, str]] = ()  # the days between that were left out, with why
    pauses: Sequence[SlaPause] = ()  # in which it stood still, or still does
    left: timedelta | None = None  # of its time, while it stands still
    came_with: bool = False  # a merge
    came_from: int | None = None  # that ticket, when they may see it


def show_clocks(
    ticket: Ticket, *, by: User, now: datetime, paused: bool = True, under_way: bool = False
) -> list[Shown]:
    """Of each promise the running one, else how the latest was judged. One statement; one more where it was `paused`,
    and one where a merge brought a promise and they do not see all.

    `under_way`: an answer is, with which the ticket may have been resolved.
    """

    def awaits(clock: SlaClock) -> bool:
        """Nothing that was missed can be kept yet."""
        kept = clock.metric == Metric.RESOLUTION and clock.met is True
        return under_way and clock.ended_at == ticket.resolved_at is not None and (clock.met is None or kept)

    def counts(clock: SlaClock) -> tuple[bool, bool, bool, datetime]:
        """What fell away unjudged hides nothing that was judged."""
        ended = clock.ended_at
        return ended is None, awaits(clock), clock.met is not None, ended or clock.started_at

    latest: dict[str, SlaClock] = {}
    for clock in _clocks(ticket=ticket.pk):
        latest[clock.metric] = max(latest.get(clock.metric, clock), clock, key=counts)
    ordered = sorted(latest.values(), key=lambda clock: (clock.ended_at is not None, clock.due_at))
    # One may stand still since it was asked whether any does.
    stands = paused or any(clock.paused_at is not None for clock in ordered)
    pauses = _pauses(ticket=ticket.pk) if stands and ordered else []
    shown = ((clock, _of(clock, pauses)) for clock in ordered)
    told = [
        _show(clock, still, now=now) if clock.ended_at is None else _ended(clock, still, awaits=awaits(clock))
        for clock, still in shown
    ]
    return _with_origins(told, by=by)


def _with_origins(shown: Sequence[Shown], *, by: User) -> list[Shown]:
    found: dict[int, int | None] = {one.clock.pk: getattr(one.clock, "came_from", None) for one in shown}
    came = {pk: number for pk, number in found.items() if number is not None}
    unseen = find_unseen(set(came.values()), user=by) if came else frozenset[int]()
    return [
        replace(
            one,
            came_with=one.clock.pk in came,
            came_from=came[one.clock.pk] if one.clock.pk in came and came[one.clock.pk] not in unseen else None,
        )
        for one in shown
    ]


@prepared
def _clocks() -> QuerySet[SlaClock]:
    rows = SlaClock.objects.filter(ticket=Given("ticket")).select_related("policy__business_hours")
    same = {name: OuterRef(name) for name in ("metric", "started_at", "minutes", "priority")}
    left = SlaClock.objects.filter(ticket__merged_into=OuterRef("ticket"), met=None, **same)
    rows = rows.annotate(came_from=Subquery(left.order_by("id").values("ticket")[:1]))
    return rows.order_by("-started_at", "-id")


@prepared
def _pauses() -> QuerySet[SlaPause]:
    return SlaPause.objects.filter(ticket=Given("ticket")).select_related("by")


def _of(clock: SlaClock, pauses: Sequence[SlaPause]) -> list[SlaPause]:
    """Those in which this promise stood still before it was due."""
    end = clock.ended_at or clock.due_at
    during = [one for one in pauses if one.since < end and (one.until is None or one.until > clock.started_at)]
    return [one for one in during if clock.metric in one.metrics]


def _ended(clock: SlaClock, pauses: Sequence[SlaPause], *, awaits: bool) -> Shown:
    """As it was judged: told from what was stored then, for hours, holidays and policies may be others by now."""
    ahead = clock.due_at - (clock.ended_at or clock.due_at)
    promised = timedelta(minutes=clock.minutes)
    through = due(None, clock.started_at, promised, still=_still(pauses, clock.ended_at)) == clock.due_at
    took = (promised - ahead) // A_MINUTE if through else None
    return Shown(clock=clock, used=0, soon=False, awaits=awaits, ahead=ahead, late=-ahead, took=took)


def _still(pauses: Sequence[SlaPause], until: datetime | None) -> list[Period]:
    """One that has no end counts until then, or not yet."""
    ends = ((one.since, one.until or until) for one in pauses)
    return [(since, end) for since, end in ends if end is not None and since < end]


def _show(clock: SlaClock, pauses: Sequence[SlaPause], *, now: datetime) -> Shown:
    hours = clock.policy.business_hours if clock.policy else None
    calendar = hours.calendar if hours else None
    used = _sum(worked(calendar, clock.started_at, now, still=_still(pauses, now)))
    promised = timedelta(minutes=clock.minutes)
    otherwise = due(calendar, clock.started_at, promised, still=_still(pauses, None)) != clock.due_at
    explains = calendar if not otherwise else None
    stretches = worked(explains, clock.started_at, clock.due_at) if explains else []
    left = None
    if clock.paused_at is not None:
        left = _sum(worked(calendar, clock.paused_at, clock.due_at))
    return Shown(
        clock=clock,
        used=used // A_MINUTE,
        pauses=pauses,
        left=left,
        soon=clock.due_at - now <= WARN,
        otherwise=otherwise,
        stretches=[_by_the_wall(stretch, explains) for stretch in stretches[:MOST_STRETCHES]] if explains else [],
        zone=str(explains.week.zone) if explains else "",
        further=max(0, len(stretches) - MOST_STRETCHES),
        closed=_closed(clock, explains) if explains else [],
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
