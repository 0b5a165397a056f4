"""One statement for the customers of an incident: looked at per customer first, then ordered. Telling it, one by one,
is a worker's (telling.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.approving.asking import find_needs_of
from tickets.bells import ring
from tickets.choices import UNDONE_STATUSES, Direction, PartState
from tickets.composing.answering import tidy
from tickets.errors import CannotSend
from tickets.history import note_activity
from tickets.incidents.choosing import Told, once_each, text_for
from tickets.incidents.filling import PLACEHOLDERS, unknown_in
from tickets.incidents.foreseeing import look_at
from tickets.live import announce
from tickets.models import Incident, Message, Statement, StatementPart, Ticket
from tickets.permissions import require, visible_tickets
from tickets.sending.waiting import Span, foretell_many

BELL, TASK = "statements", "tickets.tasks.statements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What each customer would be told, and how long it takes for those that wait for nobody's approval."""

    told: list[Told]
    span: Span

    @property
    def able(self) -> list[Told]:
        return [one for one in self.told if not one.reason]

    @property
    def going(self) -> list[Told]:
        return [one for one in self.able if not one.rule]

    @property
    def rules(self) -> list[str]:
        """By which some wait."""
        return list(dict.fromkeys(one.rule for one in self.able if one.rule))


def preview(incident: Incident, *, public: str, private: str, by: User, now: datetime, own: bool = True) -> Preview:
    """Per part that is not done and that the person may see, and the incident's own ticket alike, if a customer wrote
    there and it is not left out (`own`); of a visibility without words there is none. Nothing is written. A fixed
    number of statements, however many. Raises NotAllowed, CannotSend where the words themselves cannot be."""
    require(by, "send")
    public, private = _checked(public, private)
    if private:
        require(by, "see_private")
    tickets = _to_tell(incident, public=public, private=private, by=by, own=own)
    texts = {ticket.pk: text_for(ticket, private if ticket.private else public) for ticket in tickets}
    told = _held_up(once_each(look_at(tickets, texts, by=by, now=now)), by=by)
    going = [one.ticket for one in told if not one.reason and not one.rule]
    counts = Counter((ticket.address, ticket.private) for ticket in going)
    return Preview(told=told, span=foretell_many(counts, now=now))


def _held_up(told: Sequence[Told], *, by: User) -> list[Told]:
    """What somebody else has to let go first. As many statements as for one answer."""
    needs = find_needs_of([(one.ticket, one.text) for one in told if not one.reason], by=by)
    found = ((one, needs.get(one.ticket.pk)) for one in told)
    return [replace(one, rule=need.name, word=need.word) if need is not None else one for one, need in found]


def _checked(public: str, private: str) -> tuple[str, str]:
    public, private = tidy(public), tidy(private)
    if not public and not private:
        raise CannotSend(_("There is nothing to send yet."))
    unknown = unknown_in(public) + unknown_in(private)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise CannotSend(_("{spot} cannot be filled in. There are: {known}.").format(spot=unknown[0], known=known))
    return public, private


def _to_tell(incident: Incident, *, public: str, private: str, by: User, own: bool) -> Sequence[Ticket]:
    concerned = Q(part_of=incident.ticket_id)
    if own:  # who wrote there has asked as everybody else did; made by hand, it may be nobody's
        wrote = Message.objects.filter(ticket=incident.ticket_id, direction=Direction.IN)
        concerned |= Q(Exists(wrote), pk=incident.ticket_id)
    rows = visible_tickets(by).filter(concerned, status__in=UNDONE_STATUSES, merged_into=None)
    wanted = [secret for secret, text in ((False, public), (True, private)) if text]
    return list(rows.filter(private__in=wanted).select_related("identity", "address").order_by("pk"))


@transaction.atomic
def state(
    incident: Incident, *, public: str, private: str, by: User, now: datetime, key: UUID, own: bool = True
) -> Statement:
    """Told to everybody whom the preview names without a reason against it, by a worker; what cannot go stands there
    with its reason, to be tried again. The second time a key is seen, what was made of it is returned."""
    told = preview(incident, public=public, private=private, by=by, now=now, own=own).told
    if Incident.objects.select_for_update().filter(pk=incident.pk).first() is None:
        raise CannotSend(_("It is no incident any more."))
    before = Statement.objects.filter(key=key, incident=incident).first()
    if before is not None:
        return before
    if not [one for one in told if not one.reason]:
        raise CannotSend(told[0].reason if told else _("There is nobody to tell it."))
    made = Statement.objects.create(
        incident=incident, key=key, public=tidy(public), private=tidy(private), by=by, at=now
    )
    StatementPart.objects.bulk_create(
        StatementPart(
            statement=made,
            ticket=one.ticket,
            state=PartState.REFUSED if one.reason else PartState.WAITING,
            reason=one.reason[:400],
        )
        for one in told
    )
    note_activity(incident.ticket, "incident.stated", by=by, at=now, count=len([o for o in told if not o.reason]))
    announce([incident.ticket_id])
    ring(BELL, task=TASK)
    return made


@transaction.atomic
def retry(statement: Statement, *, by: User, repeat: bool = False) -> int:
    """What was refused is tried once more; returns how many. `repeat`: those alone that were refused because the same
    was said just now, and are to be said all the same."""
    require(by, "send")
    again = untold_of(statement, by=by)
    count = (again.filter(repeats=True) if repeat else again).update(state=PartState.WAITING, reason="", repeats=repeat)
    if count:
        ring(BELL, task=TASK)
    return count


def untold_of(statement: Statement, *, by: User) -> QuerySet[StatementPart]:
    """The rows of those who were told nothing, where the person may see them; and what earlier versions left behind."""
    home = statement.incident.ticket_id
    seen = visible_tickets(by).filter(Q(part_of=home) | Q(pk=home, incident__unmade_at=None)).values("pk")
    there = Q(ticket__in=seen) | Q(ticket__merged_into__in=seen)  # a row follows where its ticket went
    return statement.parts.filter(there, Q(state=PartState.REFUSED) | Q(state=PartState.QUEUED, message=None))
