"""Resolves an incident with its parts. Looked at first: some of their customers were told nothing, or wrote since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Max, Q
from django.utils.translation import gettext as _

from tickets.choices import (
    UNDONE_STATUSES,
    UNSAID_STATES,
    ApprovalState,
    Direction,
    Lag,
    PartState,
    SendState,
    Status,
)
from tickets.errors import CannotChange
from tickets.history import current_gesture, one_gesture
from tickets.incidents.grouping import held, tell_both
from tickets.incidents.lagging import FAST, SAID_SINCE, Said, last_protest, why_lagging
from tickets.incidents.protesting import THEIRS
from tickets.lifecycle import change_status
from tickets.live import announce
from tickets.models import Activity, Approval, ChecklistItem, Incident, Message, StatementPart, Ticket
from tickets.permissions import require_on, visible_tickets, workable_tickets
from tickets.resting.reopening import as_before
from tickets.resting.resolving import resolve_all
from tickets.staffing.giving import give_out

_UNSAID = (*UNSAID_STATES, SendState.FAILED)


@dataclass(frozen=True, slots=True)
class Ending:
    """A ticket that would be resolved; `lag`: why it is not unless somebody says so; `wrote_on`: the other ticket of
    theirs, where that is why; `told_at`: when they were told something last, there."""

    ticket: Ticket
    lag: Lag | None
    wrote_on: int | None = None
    told_at: datetime | None = None

    @property
    def read(self) -> int:
        """Where that is read."""
        return self.wrote_on or self.ticket.pk

    @property
    def fast(self) -> bool:
        return self.lag in FAST


@dataclass(frozen=True, slots=True)
class Ended:
    resolved: Sequence[int]
    left: Sequence[Ending]
    gesture: UUID


def look(incident: Incident, *, by: User) -> list[Ending]:
    """The incident's own ticket and the parts the person may work, as far as they are not done, the own one first. A
    fixed number of statements. What its customer wrote on another part counts as far as the person may see that."""
    rows = visible_tickets(by).filter(Q(part_of=incident.ticket_id) | Q(pk=incident.ticket_id))
    rows = rows.filter(status__in=UNDONE_STATUSES).select_related("identity").order_by("pk")
    able = ExpressionWrapper(Q(pk__in=workable_tickets(by).values("pk")), output_field=BooleanField())
    tickets: list[Any] = sorted(rows.annotate(able=able), key=lambda one: one.pk != incident.ticket_id)
    awaiting = Approval.objects.filter(message__ticket__in=tickets, state=ApprovalState.WAITING)
    awaits = set(awaiting.values_list("message__ticket", flat=True))
    undone = ChecklistItem.objects.filter(ticket__in=tickets, required=True, done_at=None)
    items = set(undone.values_list("ticket", flat=True))
    words = _words_on(tickets, incident)
    found = []
    for ticket in (one for one in tickets if one.able):
        said = words[ticket.pk]
        there = last_protest(said, (words[one.pk] for one in tickets if one.customer_id == ticket.customer_id))
        facts = {"awaits": ticket.pk in awaits, "items": ticket.pk in items}
        lag = why_lagging(said, elsewhere=there, **facts)
        on = there if there is not None and lag == Lag.ELSEWHERE else said
        found.append(Ending(ticket, lag, on.ticket if on is not said else None, _latest(on.told_at, said.told_at)))
    return found


def _latest(*moments: datetime | None) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)


def _words_on(tickets: Sequence[Ticket], incident: Incident) -> dict[int, Said]:
    """By ticket, the last words of either side. Two statements."""
    said, together = _said_on(tickets), _told_together(incident)
    found = {}
    for ticket in tickets:
        wrote_at, told_at, others_at = said.get(ticket.pk, (None, None, None))
        found[ticket.pk] = Said(ticket.pk, wrote_at, _latest(told_at, together.get(ticket.customer_id)), others_at)
    return found


def _said_on(tickets: Sequence[Ticket]) -> dict[int, tuple[datetime | None, datetime | None, datetime | None]]:
    """When the customer wrote last, was answered last, by a person, and when somebody else wrote last."""
    ours = Q(direction=Direction.OUT, automated=False) & ~Q(outbox__state__in=_UNSAID)
    rows = Message.objects.filter(ticket__in=tickets).order_by().values("ticket")
    came = Q(direction=Direction.IN)
    wrote, others = Max("sent_at", filter=came & THEIRS), Max("sent_at", filter=came & ~THEIRS)
    told = rows.annotate(wrote=wrote, told=Max("sent_at", filter=ours), others=others)
    return {row["ticket"]: (row["wrote"], row["told"], row["others"]) for row in told}


def _told_together(incident: Incident) -> dict[int, datetime]:
    """By customer, when they were last told something by a statement, on whichever ticket, or will be."""
    rows = StatementPart.objects.filter(statement__incident=incident).exclude(state=PartState.REFUSED)
    rows = rows.exclude(message__outbox__state__in=_UNSAID).exclude(state=PartState.QUEUED, message=None)
    told: dict[int, datetime] = {}
    for customer, ordered, sent in rows.values_list("ticket__customer", "statement__at", "message__sent_at"):
        told[customer] = max(sent or ordered, told.get(customer, ordered))
    return told


@transaction.atomic
def resolve(incident: Incident, *, parts_too: bool, by: User, now: datetime, also: Collection[int] = ()) -> Ended:
    """The incident's ticket, and its parts without what lags, but for those named in `also`, in one gesture and a fixed
    number of statements. With its parts the incident's own stays, too, where something was said since its customer was
    told. Raises CannotChange where there is nothing to resolve."""
    require_on(by, "work", incident.ticket)
    parts = Ticket.objects.filter(part_of=incident.ticket_id).values_list("pk", flat=True) if parts_too else ()
    list(held({incident.ticket_id, *parts}))
    found = [one for one in look(incident, by=by) if parts_too or one.ticket.pk == incident.ticket_id]
    named = also if parts_too else [incident.ticket_id]  # alone it is what somebody resolves here
    goes = [one for one in found if _goes(one, incident, named)]
    if not goes:
        raise CannotChange(_("There is nothing to resolve.") if not found else _("All of them are left as they are."))
    with one_gesture():
        itself = any(one.ticket.pk == incident.ticket_id for one in goes)
        if itself:
            change_status(incident.ticket, Status.RESOLVED, by=by, now=now)  # which says what holds it up
        parts_done = [one.ticket for one in goes if one.ticket.pk != incident.ticket_id]
        tell_both(incident, parts_done, "resolved", "", by=by, now=now)
        resolve_all(parts_done, by=by, now=now)
        if parts_done and not itself and incident.ticket.status in UNDONE_STATUSES:
            _note_end(incident, now=now)
        gesture = current_gesture()
    return Ended([one.ticket.pk for one in goes], [one for one in found if one not in goes], gesture)


def _note_end(incident: Incident, *, now: datetime) -> None:
    """Its parts are resolved with it, and it stays open: what they are still to be told, they are."""
    incident.refresh_from_db(fields=["ends"])
    incident.ends.append(now)
    incident.save(update_fields=["ends"])


def _goes(one: Ending, incident: Incident, also: Collection[int]) -> bool:
    """The incident itself also where its customer was told nothing; what else holds it up is said then."""
    if one.ticket.pk == incident.ticket_id and one.lag not in SAID_SINCE:
        return True
    return one.lag is None or (one.ticket.pk in also and not one.fast)


@transaction.atomic
def undo(incident: Incident, gesture: UUID, *, by: User, now: datetime) -> list[int]:
    """What was resolved with it in one gesture stands as it did before, whatever is part of it by now, as far as nobody
    has changed that since and the person may work it; returns which. Its promises go on as if it had never been
    resolved. Raises CannotChange where nothing of it is."""
    before = _resolved_in(gesture, incident)
    able = set(workable_tickets(by).filter(pk__in=before).values_list("pk", flat=True))
    rows = [one for one in held({*able, incident.ticket_id}) if one.pk in able and one.status == Status.RESOLVED]
    back = [one for one in rows if one.resolved_at == before[one.pk].at]
    if not back:
        raise CannotChange(_("Nothing of that is still resolved by it."))
    with one_gesture():
        as_before(before, back, woken_since=before[back[0].pk].at, by=by, now=now)
        numbers = [ticket.pk for ticket in back]
        give_out(numbers, came_back=numbers, now=now)
        announce(numbers)
        parts = [ticket for ticket in back if ticket.pk != incident.ticket_id]
        tell_both(incident, parts, "reopened", "", by=by, now=now)
    return numbers


def _resolved_in(gesture: UUID, incident: Incident) -> dict[int, Activity]:
    """The lines of the incident's own ticket and of those it was told of as resolved with it."""
    lines = list(Activity.objects.filter(gesture=gesture, verb__in=("ticket.status", "incident.resolved")))
    told = {incident.ticket_id}
    for line in lines:
        if line.verb == "incident.resolved" and line.ticket_id == incident.ticket_id:
            told.update(line.data["tickets"])
    resolved = [line for line in lines if line.verb == "ticket.status" and line.data.get("after") == Status.RESOLVED]
    return {line.ticket_id: line for line in resolved if line.ticket_id in told}
