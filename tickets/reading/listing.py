"""Which tickets a list shows, in which order, and how its next page is found: by key, never by OFFSET."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.choices import UNDONE_STATUSES, Direction, Status
from tickets.models import Message, Ticket
from tickets.permissions import visible_tickets
from tickets.reading.context import SOON
from tickets.sending.unsent import STATUSES

PAGE = 50


class ListView(TextChoices):
    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    SOON = "soon", _("Due soon")
    LATE = "late", _("Breached")
    SNOOZED = "snoozed", _("Snoozed")
    UNSENT = "unsent", _("With an unsent answer")
    ALL = "all", _("All open")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    IGNORED = "ignored", _("Ignored")


class Order(TextChoices):
    """Of undone tickets; finished ones come latest first."""

    DUE = "due", _("By due time")
    NEWEST = "newest", _("Newest first")


DONE = {ListView.RESOLVED: Status.RESOLVED, ListView.CLOSED: Status.CLOSED, ListView.IGNORED: Status.IGNORED}


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading. `count` is None when the group goes on beyond this page."""

    code: str
    name: str
    tickets: Sequence[Ticket]
    count: int | None


@dataclass(frozen=True, slots=True)
class Page:
    tickets: Sequence[Ticket]
    after: str  # the key of the next page; empty on the last


_GROUPS = {
    "late": pgettext_lazy("tickets", "Late"),
    "soon": _("Within the hour"),
    "later": _("Later"),
    "none": _("No clock runs"),
    "done": _("Latest first"),
    "newest": _("Newest first"),
    "snoozed": _("The next to come back first"),
    "until": _("Until the customer writes"),
}


def choose(
    user: User, view: str, *, now: datetime, queue: int | None, folder: int | None, unsent: Iterable[int] = ()
) -> QuerySet[Ticket]:
    """The tickets of a view the person may see, unordered. `unsent`: those of the view of that name."""
    chosen = visible_tickets(user).filter(**_only(queue=queue, folder=folder))
    return chosen.filter(condition_of(view, user, now=now, unsent=unsent))


def condition_of(view: str, user: User, *, now: datetime, unsent: Iterable[int] = ()) -> Q:
    """Which tickets a view holds, for lists and for searches that name it."""
    if view in DONE:
        return Q(status=DONE[ListView(view)])
    if view == ListView.UNSENT:
        return Q(pk__in=list(unsent), status__in=STATUSES)
    awake = Q(snoozed_at=None)
    conditions = {
        ListView.MINE: Q(awake, assignee=user),
        ListView.UNASSIGNED: Q(awake, assignee=None),
        ListView.SOON: Q(awake, next_due_at__gt=now, next_due_at__lte=now + SOON),
        ListView.LATE: Q(awake, next_due_at__lte=now),
        ListView.SNOOZED: ~awake,
        ListView.ALL: Q(),
    }
    return conditions[ListView(view)] & Q(status__in=UNDONE_STATUSES)


def _only(**places: int | None) -> dict[str, int]:
    return {f"{name}_id": pk for name, pk in places.items() if pk is not None}


def read_page(
    chosen: QuerySet[Ticket],
    view: str,
    *,
    after: str = "",
    size: int = PAGE,
    order: str = Order.DUE,
    whole: QuerySet[Ticket] | None = None,
) -> Page:
    """One page of rows with all they show, or as `whole` reads them. ValueError for a key that is none.

    Undone tickets come by due moment, those without a clock last; the two parts are read apart, because a comparison
    with NULL would walk the index from its start. Those put aside come by the moment they wake.
    """
    moment, pk = read_key(after)
    if view in DONE:
        return _cut(_whole(_below(chosen, moment, pk), size + 1, whole), size, lambda t: t.last_message_at)
    by = "snoozed_until" if view == ListView.SNOOZED else "next_due_at"
    if order == Order.NEWEST and view != ListView.SNOOZED:
        newest = chosen.order_by("-id")
        return _cut(_whole(newest.filter(pk__lt=pk) if after else newest, size + 1, whole), size, lambda t: None)
    rows_due = [] if after and moment is None else _whole(_above(chosen, by, moment, pk), size + 1, whole)
    left = size + 1 - len(rows_due)
    # By the moment too, which none of them has: so the index knows their order.
    quiet = chosen.filter(**{by: None}).order_by(by, "id")
    rows_quiet = _whole(quiet.filter(pk__gt=pk if after and moment is None else 0), left, whole) if left else []
    return _cut(rows_due + rows_quiet, size, lambda t: getattr(t, by))


def _whole(ordered: QuerySet[Ticket], size: int, whole: QuerySet[Ticket] | None) -> list[Ticket]:
    """The first so many, with everything. Which they are is asked of an index alone, and the rows then by key: asked
    together, the database takes a view of thousands for one of dozens, reads it whole and sorts it. And as an array,
    not with IN: among more than eight tables an IN is joined last, so all tickets would be read for it."""
    rows = with_all_of_a_row(Ticket.objects.all()) if whole is None else whole
    first = _IsOneOf(F("pk"), ArraySubquery(ordered.values("pk")[:size]))
    return list(rows.filter(first).order_by(*ordered.query.order_by))


class _IsOneOf(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def with_all_of_a_row(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With everything a row of a list shows."""
    return with_authors(tickets.select_related("identity", "assignee", "queue", "address").prefetch_related("tags"))


def with_authors(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Adds `last_by`: who had the last word, {person, name, handle}, and why it may have none, {kind, visibility,
    deleted, deleted_by: for us alone, known: by an id of its channel}. Asked of the rows of one page only."""
    return tickets.annotate(last_by=_last_by())


@cache
def _last_by() -> Subquery:
    # Not what is scheduled for a later moment than the last word's.
    said = Message.objects.filter(ticket=OuterRef("pk"), sent_at__lte=OuterRef("last_message_at"))
    said = said.exclude(direction=Direction.INTERNAL)
    whose = {"person": "identity_id", "name": "identity__name", "handle": "identity__handle"}
    gone = {"deleted_by": "deleted_by"}
    by = JSONObject(**whose, kind="kind", visibility="visibility", deleted="deleted_at", known="external_id", **gone)
    last = said.order_by("-sent_at", "-id").annotate(by=by).values("by")
    return Subquery(last[:1])


def _above(chosen: QuerySet[Ticket], by: str, moment: datetime | None, pk: int) -> QuerySet[Ticket]:
    ordered = chosen.filter(**{f"{by}__isnull": False}).order_by(by, "id")
    if moment is None:
        return ordered
    return ordered.filter(**{f"{by}__gte": moment}).exclude(**{by: moment}, pk__lte=pk)


def _below(chosen: QuerySet[Ticket], moment: datetime | None, pk: int) -> QuerySet[Ticket]:
    ordered = chosen.order_by("-last_message_at", "-id")
    if moment is None:
        return ordered
    return ordered.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)


def _cut(rows: list[Ticket], size: int, moment_of: Any) -> Page:
    if len(rows) <= size:
        return Page(rows, "")
    last = rows[size - 1]
    return Page(rows[:size], key_of(moment_of(last), last.pk))


def key_of(moment: datetime | None, pk: int) -> str:
    """Where the next page begins: behind this row."""
    return f"{moment.isoformat() if moment else ''}~{pk}"


def read_key(after: str) -> tuple[datetime | None, int]:
    if not after:
        return None, 0
    moment, _tilde, pk = after.partition("~")
    parsed = datetime.fromisoformat(moment) if moment else None
    if parsed is not None and timezone.is_naive(parsed):
        raise ValueError(after)
    return parsed, int(pk)


def group(page: Page, view: str, *, now: datetime, order: str = Order.DUE) -> list[Group]:
    """The rows under their headings, in the order they have."""
    found = [(code, list(rows)) for code, rows in groupby(page.tickets, key=lambda t: _code(t, view, now, order))]
    last = len(found) - 1 if page.after else None
    return [
        Group(code, str(_GROUPS[code]), rows, None if place == last else len(rows))
        for place, (code, rows) in enumerate(found)
    ]


def _code(ticket: Ticket, view: str, now: datetime, order: str) -> str:
    if view in DONE:
        return "done"
    if view == ListView.SNOOZED:
        return "snoozed" if ticket.snoozed_until else "until"
    if order == Order.NEWEST:
        return "newest"
    if ticket.next_due_at is None:
        return "none"
    if ticket.next_due_at <= now:
        return "late"
    return "soon" if ticket.next_due_at <= now + SOON else "later"
