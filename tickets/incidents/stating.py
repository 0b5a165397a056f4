"""One statement for the customers of an incident: looked at per customer first, then answered one by one by a worker,
through the same door as every answer (replies.reply), and so with the same checks and pacing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.answering import answerable, check_reply, measure, tidy
from tickets.bells import answer as answer_bell
from tickets.bells import ring
from tickets.channels import channel_named
from tickets.choices import UNDONE_STATUSES, PartState
from tickets.errors import CannotSend, DeskError
from tickets.history import note_activity
from tickets.incidents.choosing import Told, check_once, once_each, text_for
from tickets.incidents.filling import PLACEHOLDERS, unknown_in
from tickets.incidents.grouping import parts_of
from tickets.live import announce
from tickets.models import Incident, Statement, StatementPart, Ticket
from tickets.permissions import may_on, require
from tickets.replies import reply
from tickets.terms import Terms

_BEHIND = Terms(behind=True)
BELL, TASK = "statements", "tickets.tasks.statements"


def preview(incident: Incident, *, public: str, private: str, by: User) -> list[Told]:
    """Per part that is not done and that the person may see; of a visibility without words there is none. Nothing is
    written. Raises NotAllowed, CannotSend where the words themselves cannot be."""
    require(by, "send")
    public, private = _checked(public, private)
    if private:
        require(by, "see_private")
    tickets = _to_tell(incident, public=public, private=private, by=by)
    return once_each(
        [_look_at(ticket, text_for(ticket, private if ticket.private else public), by=by) for ticket in tickets]
    )


def _checked(public: str, private: str) -> tuple[str, str]:
    public, private = tidy(public), tidy(private)
    if not public and not private:
        raise CannotSend(_("There is nothing to send yet."))
    unknown = unknown_in(public) + unknown_in(private)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise CannotSend(_("{spot} cannot be filled in. There are: {known}.").format(spot=unknown[0], known=known))
    return public, private


def _to_tell(incident: Incident, *, public: str, private: str, by: User) -> Sequence[Ticket]:
    rows = parts_of(incident, by=by).filter(status__in=UNDONE_STATUSES, merged_into=None)
    wanted = [secret for secret, text in ((False, public), (True, private)) if text]
    return list(rows.filter(private__in=wanted).select_related("identity", "address").order_by("pk"))


def _look_at(ticket: Ticket, text: str, *, by: User) -> Told:
    answered = answerable(ticket, private=ticket.private)
    permission = check_reply(ticket, private=ticket.private, answered=answered)
    limits = measure(ticket.address, text, private=ticket.private)
    reason = "" if permission.allowed else permission.reason
    if not may_on(by, "send", ticket):
        reason = _("You may not answer in its queue.")
    if not reason and limits.remaining < 0:
        words = _("The text is {n} too long: {length} of {most}.")
        reason = words.format(n=-limits.remaining, length=limits.length, most=limits.maximum)
    number = (answered.external_id or "") if answered else ""
    channel = channel_named(ticket.address.channel)
    price = channel.price(ticket.address.key, [text], private=ticket.private, in_reply_to=number)
    return Told(ticket=ticket, text=text, reason=reason, price=Decimal(0) if reason else price)


@transaction.atomic
def state(incident: Incident, *, public: str, private: str, by: User, now: datetime, key: UUID) -> Statement:
    """Told to everybody whom the preview names without a reason against it, by a worker; what cannot go stands there
    with its reason, to be tried again. The second time a key is seen, what was made of it is returned."""
    told = preview(incident, public=public, private=private, by=by)
    Incident.objects.select_for_update().get(pk=incident.pk)
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
def retry(statement: Statement, *, by: User) -> int:
    """What was refused is tried once more; returns how many."""
    require(by, "send")
    seen = parts_of(statement.incident, by=by).values("pk")
    again = statement.parts.filter(state=PartState.REFUSED, ticket__in=seen)
    count = again.update(state=PartState.WAITING, reason="")
    if count:
        ring(BELL, task=TASK)
    return count


def go_on(*, clock: Callable[[], datetime], at_most: timedelta) -> None:
    """Answer one customer after the other; rings again where time ran out."""
    answer_bell(BELL)
    began = clock()
    while tell_one(now=clock()):
        if clock() - began >= at_most:
            with transaction.atomic():
                ring(BELL, task=TASK)
            return


@transaction.atomic
def tell_one(*, now: datetime) -> bool:
    """The next that waits; whether there was any. Its answer has the part's own key: however often this runs, the
    customer is told once."""
    waiting = StatementPart.objects.filter(state=PartState.WAITING).order_by("id")
    part = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if part is None:
        return False
    statement, ticket = part.statement, Ticket.objects.select_related("identity", "address").get(pk=part.ticket_id)
    try:
        if statement.by is None:
            raise CannotSend(_("Whoever wrote it is not here any more."))
        text = text_for(ticket, statement.private if ticket.private else statement.public)
        check_once(part, statement, ticket, text)
        with transaction.atomic():
            part.message = reply(
                ticket,
                text=text,
                private=ticket.private,
                by=statement.by,
                now=now,
                token=uuid5(statement.key, str(ticket.pk)),
                terms=_BEHIND,
            )
        part.state, part.reason = PartState.QUEUED, ""
    except DeskError as refusal:
        part.state, part.reason = PartState.REFUSED, str(refusal)[:400]
    part.save(update_fields=["message", "state", "reason"])
    announce([statement.incident.ticket_id])
    return True
