"""Does what was ordered, ticket by ticket, each in one transaction with the row that says so: whatever is killed,
whatever runs twice, no ticket is changed twice or left out. Runs take turns, a piece of AT_ONCE tickets each; for each
piece it is asked anew what its person may see and do.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from tickets.bells import ring, work_off
from tickets.bulk.deeds import Deed, prepare
from tickets.choices import BulkMark, BulkState
from tickets.errors import CannotChange, DeskError, NotAllowed, TooLate
from tickets.history import one_gesture, taking_back
from tickets.live import NO_TICKET, announce
from tickets.models import Activity, BulkRun, BulkTrace, Ticket
from tickets.models.bulk import LONGEST_WHY
from tickets.permissions import visible_tickets
from tickets.resting.reverting import revert, told_of_words

log = logging.getLogger(__name__)

BELL, TASK = "bulk_runs", "tickets.tasks.bulk_runs"
AT_ONCE = 200
UNDO_FOR = timedelta(days=7)
KEPT = timedelta(days=30)
_FROM = {BulkState.RUNNING: BulkMark.WAITING, BulkState.UNDOING: BulkMark.CHANGED}
_TO = {BulkState.RUNNING: BulkState.DONE, BulkState.UNDOING: BulkState.UNDONE}
_REFUSED = {BulkState.RUNNING: BulkMark.REFUSED, BulkState.UNDOING: BulkMark.LEFT}
Mark = tuple[BulkMark, str]


def go_on(*, clock: Callable[[], datetime], at_most: timedelta) -> None:
    """Go on with what was ordered; rings again where time ran out."""
    work_off(BELL, task=TASK, some=lambda: take_some(clock=clock), clock=clock, at_most=at_most)


def take_some(*, clock: Callable[[], datetime]) -> bool:
    """A piece of the run that waited longest for its turn; whether there was anything to do."""
    run = BulkRun.objects.filter(ended_at=None).order_by(F("served_at").asc(nulls_first=True), "id").first()
    if run is None:
        return False
    BulkRun.objects.filter(pk=run.pk).update(served_at=clock())
    state = BulkState(run.state)
    numbers = run.traces.filter(mark=_FROM[state]).order_by("ticket").values_list("ticket", flat=True)
    piece = list(numbers[:AT_ONCE])
    if not piece:
        _end(run, now=clock())
        return True
    try:
        return _go_through(run, piece, clock=clock)
    except OperationalError:  # two who waited for each other, a database that went away: it is taken up again
        log.warning("A piece of change %s of many tickets was not finished.", run.pk, exc_info=True)
        return False


def _end(run: BulkRun, *, now: datetime) -> None:
    state = BulkState(run.state)
    with transaction.atomic():
        BulkRun.objects.filter(pk=run.pk, state=state).update(state=_TO[state], ended_at=now)
        announce([NO_TICKET])


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some tickets of a run, and who it is done for, as they may see and do now."""

    run: BulkRun
    by: User | None
    there: dict[int, Ticket]
    deed: Deed | None = None
    why_not: str = ""

    def mark(self, number: int, now: datetime) -> Mark:
        if self.by is None or self.why_not:
            return self.refused(self.why_not or _("Whoever ordered it is not here any more."))
        if self.run.state == BulkState.UNDOING:
            told = revert(self.there.get(number), number, self.run.gesture, by=self.by, now=now)
            why = " ".join(filter(None, (told.left, told_of_words([told]))))
            return (BulkMark.BACK if told.undone else BulkMark.LEFT), why
        ticket = self.there.get(number)
        if ticket is None or self.deed is None:
            raise NotAllowed(_("It is out of your sight."))
        self.deed.do(ticket, self.by, now)
        lines = Activity.objects.filter(ticket=number, at__gte=self.run.at, gesture=self.run.gesture)
        return (BulkMark.CHANGED if lines.exists() else BulkMark.SAME), ""

    def refused(self, why: str) -> Mark:
        return _REFUSED[BulkState(self.run.state)], why


def _piece(run: BulkRun, numbers: list[int]) -> _Piece:
    # Anew: rights are kept with the person.
    by = User.objects.filter(pk=run.by_id, is_active=True).first() if run.by_id is not None else None
    if by is None:
        return _Piece(run, None, {})
    related = ("address", "identity", "queue")
    there = visible_tickets(by).select_related(*related).in_bulk(numbers)
    if run.state == BulkState.UNDOING:
        return _Piece(run, by, there)
    try:
        return _Piece(run, by, there, prepare(run.deed, run.value, by=by))
    except DeskError as refusal:
        return _Piece(run, by, there, why_not=str(refusal))


def _go_through(run: BulkRun, numbers: list[int], *, clock: Callable[[], datetime]) -> bool:
    piece, done = _piece(run, numbers), 0
    with one_gesture(gesture_of(run)):
        for number in numbers:
            try:
                done += _one(piece, number, partial(piece.mark, number, clock()))
            except IntegrityError:  # what was chosen was deleted in this moment
                why = _("What was chosen is not there any more.")
                done += _one(piece, number, partial(piece.refused, why))
    announce([NO_TICKET])
    return done > 0


def gesture_of(run: BulkRun) -> UUID:
    return taking_back(run.gesture) if run.state == BulkState.UNDOING else run.gesture


@transaction.atomic
def _one(piece: _Piece, number: int, act: Callable[[], Mark]) -> bool:
    """Whether it was still to be done, by nobody else, in a run that nobody stopped meanwhile."""
    run = piece.run
    if not _still(run):
        return False
    rows = BulkTrace.objects.filter(run=run, ticket=number, mark=_FROM[BulkState(run.state)])
    trace = rows.select_for_update(skip_locked=True).first()
    if trace is None:
        return False
    try:
        with transaction.atomic():
            trace.mark, why = act()
    except DeskError as refusal:
        trace.mark, why = piece.refused(str(refusal))
    except (OperationalError, IntegrityError):
        raise
    except Exception as error:  # the others shall not wait for it for ever
        log.exception("Change %s of many tickets failed on ticket %s.", run.pk, number)
        trace.mark, why = piece.refused(_("It failed: %s") % type(error).__name__)
    trace.reason = why[:LONGEST_WHY]
    trace.save(update_fields=["mark", "reason"])
    return True


def _still(run: BulkRun) -> bool:
    """Whoever stops it waits for the tickets that are in hand, and none is begun after that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM tickets_bulkrun WHERE id = %s AND state = %s FOR SHARE", [run.pk, run.state])
        return cursor.fetchone() is not None


@transaction.atomic
def stop(run: BulkRun, *, now: datetime) -> None:
    """What is done is done, and can be undone; the rest is left. Raises CannotChange where it is not under way."""
    if not BulkRun.objects.filter(pk=run.pk, state=BulkState.RUNNING).update(state=BulkState.STOPPED, ended_at=now):
        raise CannotChange(_("It is not under way any more."))
    announce([NO_TICKET])


@transaction.atomic
def undo(run: BulkRun, *, now: datetime) -> None:
    """On each ticket what it changed goes back, as far as nobody has changed that since; a worker does it. One that is
    under way is stopped; of one that was undone, what was left is tried again, for what stood over it may be undone
    itself. Raises TooLate, CannotChange."""
    run = BulkRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    left = run.traces.filter(mark=BulkMark.LEFT) if run.state == BulkState.UNDONE else run.traces.none()
    if run.state == BulkState.UNDOING or (run.state == BulkState.UNDONE and not left.exists()):
        raise CannotChange(_("It is undone already."))
    if now > run.at + UNDO_FOR:
        raise TooLate(_("It can be undone for %s days. Those are over.") % UNDO_FOR.days)
    left.update(mark=BulkMark.CHANGED, reason="")
    run.state, run.ended_at, run.served_at = BulkState.UNDOING, None, None
    run.save(update_fields=["state", "ended_at", "served_at"])
    announce([NO_TICKET])
    ring(BELL, task=TASK)


def tally(run: BulkRun) -> dict[str, int]:
    """How many tickets it has by what became of it there. One statement."""
    found = run.traces.order_by().values_list("mark").annotate(n=Count("pk"))
    return dict.fromkeys(BulkMark.values, 0) | dict(found)


def forget(*, now: datetime) -> None:
    """The history of the tickets stays."""
    BulkRun.objects.filter(at__lt=now - KEPT).exclude(ended_at=None).delete()
