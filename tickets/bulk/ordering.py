"""Orders a change of many tickets: chosen ones, or all of a list. What would come of it is looked at before; which
it takes is written down in the moment it is confirmed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from tickets.bells import ring
from tickets.bulk.deeds import Deed, Value, prepare
from tickets.bulk.running import BELL, TASK
from tickets.choices import BulkMark
from tickets.errors import CannotChange, DeskError
from tickets.finding.conditions import Where
from tickets.finding.meaning import Asked, understand
from tickets.finding.reading import Count as Counted
from tickets.finding.reading import Reach, count_all, find_page, tell_all
from tickets.history import one_gesture
from tickets.models import Activity, BulkRun, Ticket
from tickets.permissions import queues_for, require, visible_tickets
from tickets.reading.listing import ListView, choose
from tickets.sending.rewording import latest_wording
from tickets.sending.terms import latest_among
from tickets.sending.unsent import find_unsent

MOST_CHOSEN = 200
MOST = 100_000
COUNTED = 10_000
TRIED = 50
PATIENCE_MS = 20_000  # for the statement that writes down what it takes
SOON_MS = 2_000  # for what is told besides
_REACH = Reach(counted=COUNTED, far_counted=50_000)
_NAMED = 12
_CANCELLED = "57014"  # as PostgreSQL calls a statement that was stopped
_PATIENCE = "SELECT set_config('statement_timeout', %s, true)"


@dataclass(frozen=True, slots=True)
class Aim:
    """These tickets, or all of a list: a view, a place, what was typed into its box."""

    numbers: Sequence[int] = ()
    view: str = ""
    queue: int | None = None
    folder: int | None = None
    line: str = ""

    @property
    def everything(self) -> bool:
        return bool(self.view or self.line)

    @property
    def told(self) -> dict[str, Any]:
        """As a run keeps it."""
        if not self.everything:
            return {}
        return {"view": self.view, "queue": self.queue, "folder": self.folder, "searched": bool(self.line)}


@dataclass(frozen=True, slots=True)
class Refused:
    why: str
    tickets: Sequence[int]

    @property
    def named(self) -> Sequence[int]:
        return self.tickets[:_NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.tickets) - _NAMED)


@dataclass(slots=True)
class Preview:
    """`barred`: queues where they may look and not change, with how many of the tickets; it is asked of all that were
    counted. The rest was tried on the first of them."""

    words: str
    count: Counted
    barred: list[tuple[str, int]] = field(default_factory=list)
    tried: int = 0
    able: int = 0
    same: int = 0
    refused: list[Refused] = field(default_factory=list)
    why_none: str = ""
    # The latest message of them all, and the latest change of words there, where something is sent.
    seen: int | None = None
    wording: int | None = None

    @property
    def exact(self) -> bool:
        return self.count.sort == "exact"

    @property
    def whole(self) -> bool:
        return self.exact and self.tried == self.count.number


def find(aim: Aim, *, user: User, now: datetime) -> Asked:
    """Raises NotUnderstood."""
    if not aim.everything:
        chosen = visible_tickets(user).filter(pk__in=list(aim.numbers)[:MOST_CHOSEN])
        return understand("", user=user, now=now, tickets=chosen)
    if aim.line and not (aim.view or aim.queue or aim.folder):
        return understand(aim.line, user=user, now=now)
    view = aim.view or ListView.ALL
    unsent = find_unsent(user) if view == ListView.UNSENT else ()
    inside = choose(user, view, now=now, queue=aim.queue, folder=aim.folder, unsent=unsent)
    return understand(aim.line, user=user, now=now, tickets=inside)


def count(aim: Aim, *, user: User, now: datetime) -> Counted:
    """Exactly up to COUNTED. Raises NotUnderstood."""
    return count_all(find(aim, user=user, now=now), reach=_REACH)


def preview(aim: Aim, deed: str, value: Value, *, by: User, now: datetime) -> Preview:
    """What would be done: it is done on the first TRIED and taken back, so it is what would come of it there. Raises
    NotUnderstood, CannotChange."""
    require(by, "see", "work")
    asked, what = find(aim, user=by, now=now), prepare(deed, value, by=by)
    told = Preview(what.words, count_all(asked, reach=_REACH))
    told.why_none = _too_many(told.count.number, what)
    if what.most is not None and not told.why_none:
        told.seen, told.wording = _read(asked, what.most)  # before it is tried: what comes in meanwhile is news
    told.barred = _barred(asked, by)
    tried = _first(asked)
    told.tried = len(tried)
    _try(what, tried, told, by=by, now=now)
    return told


def _read(asked: Asked, most: int) -> tuple[int, int]:
    """What whoever looks at these tickets now has read. Three statements."""
    numbers = RawSQL(*_alone(tell_all(asked, most, reach=_REACH)))  # noqa: S611
    tickets = list(Ticket.objects.filter(pk__in=numbers).order_by().values_list("pk", flat=True))
    return latest_among(tickets), latest_wording(tickets)


def _first(asked: Asked) -> list[Ticket]:
    """Those of the list's first page, in one order, so that two who lock the same ones wait for each other instead of
    both for ever."""
    rows = Ticket.objects.select_related("address", "identity", "queue")
    return sorted(find_page(asked, size=TRIED, reach=_REACH, whole=rows).tickets, key=lambda one: one.pk)


def _try(what: Deed, tickets: Sequence[Ticket], told: Preview, *, by: User, now: datetime) -> None:
    refused: dict[str, list[int]] = defaultdict(list)
    with transaction.atomic():
        for ticket in tickets:
            try:
                with transaction.atomic(), one_gesture():
                    what.do(ticket, by, now)
            except DeskError as refusal:
                refused[str(refusal)].append(ticket.pk)
        changed = Activity.objects.filter(ticket__in=[one.pk for one in tickets], at=now, actor=by)
        told.able = changed.order_by().aggregate(n=Count("ticket", distinct=True))["n"]
        transaction.set_rollback(True)
    told.refused = [Refused(why, numbers) for why, numbers in refused.items()]
    told.same = len(tickets) - told.able - sum(len(numbers) for numbers in refused.values())


def _barred(asked: Asked, by: User) -> list[tuple[str, int]]:
    """One statement; none for who may change tickets wherever they see them."""
    open_to = queues_for(by, "work")
    if open_to.every:
        return []
    within = _alone(tell_all(asked, COUNTED, reach=_REACH))
    shut = Ticket.objects.filter(pk__in=RawSQL(*within)).exclude(queue__in=sorted(open_to.queues))  # noqa: S611
    try:
        with _at_most(SOON_MS):
            return list(shut.order_by("queue__name").values_list("queue__name").annotate(n=Count("pk")))
    except TooLong:
        return []


def _too_many(number: int, what: Deed) -> str:
    if what.most is not None and number > what.most:
        return _("A macro that sends an answer runs on %s tickets at most.") % what.most
    return ""


@transaction.atomic
def order(aim: Aim, deed: str, value: Value, *, by: User, now: datetime, sheet: UUID) -> BulkRun:
    """A worker does it. `sheet`: of the page it was confirmed on; a second time it is the same run. Raises
    NotUnderstood, CannotChange, NotAllowed."""
    require(by, "see", "work")
    what = prepare(deed, value, by=by)
    facts = {"by": by, "deed": deed, "value": dict(value), "of": aim.told, "at": now}
    run, new = BulkRun.objects.get_or_create(sheet=sheet, defaults=facts)
    if not new:
        if run.by_id != by.pk:
            raise CannotChange(_("This was ordered already."))
        return run
    run.total = _write_down(run, find(aim, user=by, now=now))
    if not run.total:
        raise CannotChange(_("There is no ticket to change."))
    if run.total > MOST:
        raise CannotChange(_("%s tickets at most are changed at once. Narrow the list.") % f"{MOST:,}")
    if why := _too_many(run.total, what):
        raise CannotChange(why)
    run.save(update_fields=["total"])
    ring(BELL, task=TASK)
    return run


def _write_down(run: BulkRun, asked: Asked) -> int:
    """Which tickets fit now: one statement, however many."""
    sql, given = _alone(tell_all(asked, MOST + 1, reach=_REACH))
    into = "INSERT INTO tickets_bulktrace (run_id, ticket_id, mark, reason)"
    try:
        with _at_most(PATIENCE_MS), connection.cursor() as cursor:
            cursor.execute(f"{into} SELECT %s, n, %s, '' FROM ({sql}) AS f (n)", [run.pk, BulkMark.WAITING, *given])  # noqa: S608
            return int(cursor.rowcount)
    except TooLong as error:
        raise CannotChange(_("To find all of these takes too long. Narrow the search.")) from error


class TooLong(Exception):
    """A statement did not end in the time it was given."""


@contextmanager
def _at_most(milliseconds: int) -> Iterator[None]:
    """For the statements inside; raises TooLong."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (before,) = cursor.fetchone()
            cursor.execute(_PATIENCE, [str(milliseconds)])
            yield
            cursor.execute(_PATIENCE, [before])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _CANCELLED:
            raise
        raise TooLong from error


def _alone(where: Where) -> Where:
    """The numbers without their moments."""
    return f"SELECT told.id FROM ({where[0]}) AS told (id, at)", where[1]  # noqa: S608
