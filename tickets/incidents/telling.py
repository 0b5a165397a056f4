"""Tells a statement, one customer after the other, through the same door as every answer (replies.reply), and so with
the same checks and pacing. Each part is looked at again when its moment comes: in the worker's turn, and once more when
its answer is about to be sent, which may be much later. What became of it stands in its row.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.approving.keeping import keep_decided
from tickets.bells import work_off
from tickets.choices import PartState, SendState, Untold
from tickets.errors import CannotSend, DeskError, Repeats
from tickets.history import note_activity
from tickets.incidents.choosing import check_once, text_for
from tickets.incidents.stating import BELL, TASK
from tickets.incidents.untelling import note_untold, sentence, why_of
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Message, OutboxEntry, StatementPart, Ticket
from tickets.permissions import may_on
from tickets.reading.last_word import recount
from tickets.receiving.turns import take_turns
from tickets.replies import reply
from tickets.sending.meters import give_back
from tickets.sending.queueing import BEHIND
from tickets.sending.terms import Terms

_BEHIND = Terms(behind=True)


def go_on(*, clock: Callable[[], datetime], at_most: timedelta) -> None:
    """Answer one customer after the other; rings again where time ran out."""
    work_off(BELL, task=TASK, some=lambda: tell_one(now=clock()), clock=clock, at_most=at_most)


@transaction.atomic
def tell_one(*, now: datetime) -> bool:
    """The next that waits; whether there was any. However often this runs, the customer is told once. Meanwhile nothing
    is merged, split or moved at its address: where it is now, it stays."""
    waiting = StatementPart.objects.filter(state=PartState.WAITING).order_by("id")
    found = waiting.values_list("pk", "ticket__address").first()
    if found is None:
        return False
    take_turns([found[1]])
    rows = waiting.select_related("statement__by", "statement__incident__ticket", "ticket")
    part = rows.select_for_update(of=("self",)).filter(pk=found[0]).first()
    if part is not None:
        _tell(part, now=now)
    return True


def _tell(part: StatementPart, *, now: datetime) -> None:
    statement = part.statement
    try:
        if part.message_id is None:
            with transaction.atomic():
                part.message = _answer(part, _where_it_went(part), now=now)
        part.state, part.reason = PartState.QUEUED, ""
    except DeskError as refusal:
        part.state, part.reason = PartState.REFUSED, str(refusal)[:400]
        part.repeats = isinstance(refusal, Repeats)
    part.save(update_fields=["ticket", "message", "state", "reason", "repeats"])
    announce([statement.incident.ticket_id])


def _where_it_went(part: StatementPart) -> Ticket:
    """Its ticket, or the one everything of it was brought to: the row follows. Raises CannotSend where that is told in
    a row of its own, or whoever wrote it may not answer there."""
    pk = part.ticket_id
    while (further := Ticket.objects.values_list("merged_into", flat=True).get(pk=pk)) is not None:
        pk = further
    held = Ticket.objects.select_for_update(no_key=True, of=("self",))
    home = held.select_related("identity", "address", "queue").get(pk=pk)
    if pk == part.ticket_id:
        return home
    if home.customer_id != part.ticket.customer_id:
        words = _("It was brought to another customer's ticket: this customer is told nothing. Answer them by hand.")
        raise CannotSend(words)
    by = part.statement.by
    if by is not None and not may_on(by, "send", home):
        raise CannotSend(_("It was brought to a ticket where whoever wrote this may not answer."))
    there = part.statement.parts.filter(ticket=home).first()
    if there is not None and (there.state != PartState.REFUSED or there.message_id is not None):
        raise CannotSend(_("It was brought to another ticket, which is told in a row of its own."))
    if there is not None:  # it was refused for what may not hold any more: this one speaks for both
        there.delete()
    part.ticket = home
    return home


def _answer(part: StatementPart, ticket: Ticket, *, now: datetime) -> Message:
    statement = part.statement
    if statement.by is None:
        raise CannotSend(_("Whoever wrote it is not here any more."))
    why = why_of(statement.incident, ticket)
    if why is not None:
        raise CannotSend(sentence(why))
    text = text_for(ticket, statement.private if ticket.private else statement.public)
    check_once(part, statement, ticket, text)
    return reply(
        ticket,
        text=text,
        private=ticket.private,
        by=statement.by,
        now=now,
        token=uuid5(statement.key, str(ticket.pk)),
        terms=replace(_BEHIND, repeat=part.repeats),
    )


def keep_told(entries: Sequence[OutboxEntry], *, now: datetime) -> list[OutboxEntry]:
    """Of what was claimed for the first time, and is about to be sent, what still may go: a statement to many may have
    waited for hours. What is not told any more is gone, with its reason in the statement's row and in the ticket's
    history. No statement where nothing stands behind what people write one by one."""
    first = [one for one in entries if one.priority == BEHIND and one.first_tried_at == one.claimed_at]
    asked = [one.message_id for one in first if not one.message.automated]
    if not asked:
        return list(entries)
    rows = StatementPart.objects.filter(message__in=asked).select_related(
        "message__ticket", "statement__incident__ticket"
    )
    doubtful = {row.message_id: row for row in rows if _why_of(row) is not None}
    return [one for one in entries if one.message_id not in doubtful or not _untell(doubtful[one.message_id], one, now)]


def _why_of(row: StatementPart) -> Untold | None:
    ticket = row.message.ticket if row.message is not None else None
    return why_of(row.statement.incident, ticket) if ticket is not None else None


@transaction.atomic
def _untell(row: StatementPart, entry: OutboxEntry, now: datetime) -> bool:
    """Whether it is taken back: asked once more, with everything locked."""
    claimed = OutboxEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk, claimed_at=entry.claimed_at)
    if entry.message.ticket is None or claimed.filter(state=SendState.SENDING).first() is None:
        return True  # an echo settled it this moment
    ticket = locked(entry.message.ticket)
    why = why_of(row.statement.incident, ticket)
    if why is None:
        return False
    note_untold([entry.message_id], sentence(why))
    kept = keep_decided([entry])
    Message.objects.filter(pk=entry.message_id).delete()
    recount(ticket)
    home = row.statement.incident.ticket
    hidden = {"private": True} if home.private and not ticket.private else {}
    note_activity(ticket, "incident.untold", by=None, at=now, ticket=home.pk, why=why, **kept, **hidden)
    announce([ticket.pk, home.pk])
    give_back(entry, now=now)
    return True
