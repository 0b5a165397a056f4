"""Makes a ticket an incident, and others its parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.choices import UNDONE_STATUSES, Status
from tickets.composing.blanks import shown
from tickets.errors import CannotChange, NotAllowed
from tickets.history import Line, note_activities, note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Activity, Incident, Ticket
from tickets.models.incident import LONGEST_NAME
from tickets.permissions import (
    find_unseen,
    hide_private_lines,
    in_queues,
    require_on,
    visible_tickets,
    workable_tickets,
)

MOST = 200  # parts of one incident
_LATELY, _SHOWN = 12, 3  # of the lines of history that are looked at for what may be undone, and of what is offered


@transaction.atomic
def make(ticket: Ticket, name: str, *, by: User, now: datetime) -> Incident:
    """Again: it is called otherwise from now on. Raises CannotChange."""
    require_on(by, "work", ticket)
    ticket, name = locked(ticket), shown(" ".join(name.split()))
    if not name or len(name) > LONGEST_NAME:
        raise CannotChange(_("Give the incident a name of up to %(most)s characters.") % {"most": LONGEST_NAME})
    if ticket.part_of_id is not None:
        called = _called(ticket.part_of_id, find_unseen({ticket.part_of_id}, user=by))
        raise CannotChange(_("It is part of %(called)s. Take it out there first.") % {"called": called})
    if ticket.merged_into_id is not None:
        raise CannotChange(
            _("#%(number)s was brought to #%(home)s.") % {"number": ticket.pk, "home": ticket.merged_into_id}
        )
    incident, made = Incident.every.get_or_create(ticket=ticket, defaults={"name": name, "by": by, "at": now})
    if made or incident.name != name or incident.unmade_at is not None:
        incident.name, incident.unmade_at = name, None
        incident.save(update_fields=["name", "unmade_at"])
        note_activity(ticket, "incident.named", by=by, at=now, name=name)
        announce([ticket.pk])
    return incident


@dataclass(frozen=True, slots=True)
class Joined:
    """What became part of it and was not before; and what is none, with why."""

    added: Sequence[int]
    left: Mapping[int, str]


@transaction.atomic
def add(incident: Incident, pks: Collection[int], *, by: User, now: datetime) -> Joined:
    """Make these its parts, as far as each can be. A fixed number of statements. Raises NotAllowed, CannotChange where
    none of them can."""
    require_on(by, "work", incident.ticket)
    asked = set(pks)
    if not asked:
        raise CannotChange(_("Choose tickets to add."))
    rows = list(held({*asked, incident.ticket_id}))
    seen = set(workable_tickets(by).filter(pk__in=asked).values_list("pk", flat=True))
    found = [ticket for ticket in rows if ticket.pk in seen]
    left = unknown(asked - seen)
    left |= _refused(incident, found, by)
    if len(left) == len(asked):
        *_rest, last = left.values()  # of what they may work, where there is any
        raise (CannotChange if found else NotAllowed)(last)
    fresh = [ticket for ticket in found if ticket.pk not in left and ticket.part_of_id != incident.ticket_id]
    if Ticket.objects.filter(part_of=incident.ticket_id).count() + len(fresh) > MOST:
        raise CannotChange(_("An incident has up to %(most)s parts.") % {"most": MOST})
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in fresh]).update(part_of=incident.ticket_id)
    tell_both(incident, fresh, "added", "joined", by=by, now=now)
    return Joined([ticket.pk for ticket in fresh], left)


def unknown(pks: Collection[int]) -> dict[int, str]:
    """What is not there for somebody, or not at all."""
    return {pk: _("There is no ticket #{pk} that you may work.").format(pk=pk) for pk in sorted(pks)}


def held(pks: Collection[int]) -> QuerySet[Ticket]:
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=pks).order_by("pk")


def _called(pk: int, unseen: Collection[int]) -> str:
    """An incident, by number for who may see it."""
    return _("an incident already") if pk in unseen else f"#{pk}"


def _refused(incident: Incident, found: Sequence[Ticket], by: User) -> dict[int, str]:
    """Why some of these are no part of it. Two statements."""
    concerned = [incident.ticket_id, *(ticket.pk for ticket in found)]
    incidents = set(Incident.objects.filter(ticket__in=concerned).values_list("ticket_id", flat=True))
    if incident.ticket_id not in incidents:
        raise CannotChange(_("It is no incident any more."))
    told = {pk for ticket in found for pk in (ticket.part_of_id, ticket.merged_into_id) if pk is not None}
    unseen = find_unseen(told, user=by)
    reasons = ((ticket.pk, _why_not(incident, ticket, incidents, unseen)) for ticket in found)
    return {pk: why for pk, why in reasons if why}


def _why_not(incident: Incident, ticket: Ticket, incidents: Collection[int], unseen: Collection[int]) -> str:
    if ticket.pk == incident.ticket_id:
        return _("#{pk} is this incident itself.").format(pk=ticket.pk)
    if ticket.pk in incidents:
        return _("#{pk} is an incident itself, and no part of another one.").format(pk=ticket.pk)
    if ticket.merged_into_id is not None:
        there = _("another ticket") if ticket.merged_into_id in unseen else f"#{ticket.merged_into_id}"
        return _("#{pk} was brought to {there}.").format(pk=ticket.pk, there=there)
    if ticket.part_of_id not in (None, incident.ticket_id):
        return _("#{pk} is part of {incident}. Take it out there first.").format(
            pk=ticket.pk, incident=_called(ticket.part_of_id or 0, unseen)
        )
    return ""


@transaction.atomic
def unmake(incident: Incident, *, by: User, now: datetime) -> None:
    """It was made one by mistake: its parts are none any more, and what was told stays. What still waits to be told is
    not. Raises NotAllowed, CannotChange for who may not work all of its parts."""
    require_on(by, "work", incident.ticket)
    parts = Ticket.objects.filter(part_of=incident.ticket_id)
    list(held({*parts.values_list("pk", flat=True), incident.ticket_id}))
    incident = Incident.every.select_related("ticket").select_for_update(of=("self",)).get(pk=incident.pk)
    if incident.unmade_at is not None:
        raise CannotChange(_("It is no incident any more."))
    left = list(parts.order_by("pk"))  # as they are now, with those that came by a merge meanwhile
    if workable_tickets(by).filter(pk__in=[ticket.pk for ticket in left]).count() < len(left):
        raise CannotChange(_("It has parts that you may not change. Ask somebody who may."))
    incident.unmade_at = now
    incident.save(update_fields=["unmade_at"])
    with one_gesture():
        _leave(incident, left, by=by, now=now)
        facts = {"incident": incident.ticket_id} if incident.statements.exists() else {}
        note_activity(incident.ticket, "incident.unmade", by=by, at=now, **facts)
    announce([incident.ticket_id])


@transaction.atomic
def undo_adding(incident: Incident, gesture: UUID, *, by: User, now: datetime) -> list[int]:
    """What became part of it in one gesture is none any more, as far as it still is one and the person may work it;
    returns which. Raises CannotChange where nothing of it is."""
    came = Activity.objects.filter(gesture=gesture, verb="incident.joined", data__ticket=incident.ticket_id)
    pks = workable_tickets(by).filter(pk__in=came.values("ticket"), part_of=incident.ticket_id)
    rows = held({*pks.values_list("pk", flat=True), incident.ticket_id})
    left = [ticket for ticket in rows if ticket.part_of_id == incident.ticket_id]
    if not left:
        raise CannotChange(_("Nothing of that is part of it any more."))
    _leave(incident, left, by=by, now=now)
    return [ticket.pk for ticket in left]


@dataclass(frozen=True, slots=True)
class Done:
    """Tickets that became parts in one gesture, or were resolved in one and are parts no more perhaps, as far as they
    still are: what may be undone together."""

    gesture: UUID
    by: User | None
    at: datetime
    tickets: Sequence[int]
    resolved: bool


def lately_done(incident: Incident, parts: Sequence[Ticket], *, by: User) -> list[Done]:
    """The latest gestures that brought any of these parts, or resolved tickets with the incident. One statement, and
    one more where some of those are no part of it any more."""
    verbs = ("incident.added", "incident.resolved")
    told = incident.ticket.activities.filter(verb__in=verbs).select_related("actor").order_by("-id")
    lines, every = list(hide_private_lines(told, user=by)[:_LATELY]), {part.pk for part in parts}
    done = {part.pk: part.resolved_at for part in (*parts, incident.ticket) if part.status == Status.RESOLVED}
    done |= _still_resolved({pk for line in lines if line.verb == verbs[1] for pk in line.data["tickets"]} - every, by)
    found: dict[UUID, Done] = {}
    for line in lines:
        resolved, known = line.verb == "incident.resolved", found.get(line.gesture)
        named = set(line.data.get("tickets", ()))
        # Resolved or added anew since is not what this did.
        numbers = {pk for pk in named if done.get(pk) == line.at} if resolved else named & every
        every -= numbers if not resolved else set()
        if numbers:
            together = sorted({*(known.tickets if known else ()), *numbers})
            found[line.gesture] = Done(line.gesture, line.actor, line.at, together, resolved)
    return list(found.values())[:_SHOWN]


def _still_resolved(pks: Collection[int], by: User) -> dict[int, datetime | None]:
    rows = visible_tickets(by).filter(pk__in=pks, status=Status.RESOLVED)
    return dict(rows.values_list("pk", "resolved_at")) if pks else {}


def _leave(incident: Incident, parts: Sequence[Ticket], *, by: User, now: datetime) -> None:
    """The caller has locked them."""
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in parts]).update(part_of=None)
    tell_both(incident, parts, "taken_out", "left", by=by, now=now)


@transaction.atomic
def take_out(incident: Incident, ticket: Ticket, *, by: User, now: datetime) -> None:
    require_on(by, "work", ticket)
    rows = {one.pk: one for one in held({ticket.pk, incident.ticket_id})}
    if rows[ticket.pk].part_of_id == incident.ticket_id:
        _leave(incident, [rows[ticket.pk]], by=by, now=now)


def tell_both(incident: Incident, parts: Sequence[Ticket], what: str, there: str, *, by: User, now: datetime) -> None:
    """In both histories, or in the incident's alone (`there` is empty); who may not know of a private one is not told
    of it by the other, nor the reverse."""
    hidden = incident.ticket.private
    lines: list[Line] = []
    for ticket in parts if there else ():
        private = {"private": True} if hidden and not ticket.private else {}
        lines.append((ticket.pk, f"incident.{there}", {"ticket": incident.ticket_id} | private))
    for secret in (False, True):
        numbers = [ticket.pk for ticket in parts if ticket.private == secret]
        if numbers:
            told = {"tickets": numbers} | ({"private": True} if secret and not hidden else {})
            lines.append((incident.ticket_id, f"incident.{what}", told))
    with one_gesture():
        note_activities(lines, by=by, at=now)
    announce([incident.ticket_id, *(ticket.pk for ticket in parts)])


def parts_of(incident: Incident, *, by: User) -> QuerySet[Ticket]:
    """Those the person may see."""
    return visible_tickets(by).filter(part_of=incident.ticket_id)


def count_parts(incident: Incident, *, by: User) -> dict[str, int]:
    """`every` and `undone`, and `hidden`: private ones in queues they may look into, for who may read none. One
    statement."""
    seen = Q(pk__in=visible_tickets(by).filter(part_of=incident.ticket_id).values("pk"))
    undone, hidden = Q(status__in=UNDONE_STATUSES), ~seen & Q(private=True) & in_queues(by, "see")
    told: dict[str, int] = Ticket.objects.filter(part_of=incident.ticket_id).aggregate(
        every=Count("pk", filter=seen), undone=Count("pk", filter=seen & undone), hidden=Count("pk", filter=hidden)
    )
    return told
