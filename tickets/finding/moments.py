"""What happened on a ticket in a stretch of time: as the reports count it (tickets/reports), so that each of their
figures opens the tickets behind it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact

from tickets.choices import Direction, MessageKind, Metric, Status
from tickets.finding.spans import read_hour, read_promise, read_span
from tickets.finding.terms import Value
from tickets.finding.wishes import Holds
from tickets.models import Message, SlaClock
from tickets.permissions import visible_messages

RESOLVED = Q(status__in=(Status.RESOLVED, Status.CLOSED), merged_into=None)
_METRICS = {"first": Metric.FIRST_RESPONSE, "next": Metric.NEXT_RESPONSE, "resolution": Metric.RESOLUTION}
_SAID = {
    "wrote": Q(direction=Direction.IN) & ~Q(kind=MessageKind.REACTION),
    "answered": Q(direction=Direction.OUT, automated=False, external_id__isnull=False),
}


def within(column: str, text: str, *, now: datetime, past: bool) -> Q:
    stretch = read_span(text, now=now, past=past)
    found = Q(**{f"{column}__isnull": False})
    if stretch.start is not None:
        found &= Q(**{f"{column}__gte": stretch.start})
    return found & Q(**{f"{column}__lt": stretch.stop}) if stretch.stop is not None else found


def said(field: str, values: Iterable[Value], *, by: User, now: datetime, people: Sequence[int] | None = None) -> Holds:
    """That the customer wrote then, or a person of ours answered; one of these `people`, where any are named."""
    then = Q(pk__in=[])
    for value in values:
        hour, span = read_hour(value.text)
        one = within("sent_at", span, now=now, past=True)
        then |= one & _at(hour, now) if hour else one
    whose = Q() if people is None else Q(agent__in=people)
    return Holds(((visible_messages(by).filter(_SAID[field], then, whose), "ticket_id"),), indexed=True)


def _at(hour: tuple[int, int], now: datetime) -> Q:
    """On that weekday, in that hour, on the wall's clock of who asks."""
    weekday, of_day = hour
    day, clock = ExtractIsoWeekDay("sent_at", tzinfo=now.tzinfo), ExtractHour("sent_at", tzinfo=now.tzinfo)
    return Q(Exact(day, weekday + 1)) & Q(Exact(clock, of_day))


def promised(field: str, values: Iterable[Value], *, now: datetime) -> Holds:
    """Kept then; or due then, and missed: by us, or because we heard of it too late."""
    then = Q(pk__in=[])
    for value in values:
        metric, span = read_promise(value.text)
        one = within("ended_at" if field == "kept" else "due_at", span, now=now, past=True)
        then |= one & Q(metric=_METRICS[metric]) if metric else one
    clocks = SlaClock.objects.filter(then)
    if field == "kept":
        return Holds(((clocks.filter(met=True), "ticket_id"),), indexed=True)
    missed = Q(met=False) | Q(ended_at=None, paused_at=None, due_at__lte=now)
    clocks = clocks.filter(Q(met=False) | Q(ended_at=None), missed)
    late = _late(now) if field == "delayed" else ~_late(now)
    return Holds(((clocks.filter(late), "ticket_id"),), indexed=True)


def _late(now: datetime) -> Q:
    """What it was promised to reached us so late that it would have been kept from then."""
    over = Coalesce(OuterRef("ended_at"), now, output_field=DateTimeField())
    lag = ExpressionWrapper(F("received_at") - F("sent_at"), output_field=DurationField())
    beyond = ExpressionWrapper(over - OuterRef("due_at"), output_field=DurationField())
    heard = Message.objects.filter(ticket=OuterRef("ticket"), sent_at=OuterRef("started_at"), direction=Direction.IN)
    return ~Q(metric=Metric.RESOLUTION) & Q(Exists(heard.annotate(lag=lag).filter(lag__gte=beyond)))
