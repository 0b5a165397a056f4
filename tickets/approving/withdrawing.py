"""Takes an answer that nobody has tried to send back out of the outbox: its words are somebody's draft again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from kapture.people import shown_name
from tickets.approving.keeping import keep_decided
from tickets.choices import DraftMode, NoticeEvent, SendState
from tickets.composing.beginning import asked_at, came_to_nothing, end
from tickets.composing.drafts import Words, hold, put_back, take_along
from tickets.history import note_activity, one_gesture
from tickets.incidents.untelling import note_untold
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Draft, Message, OutboxEntry, Ticket
from tickets.notices.reading import mark_settled
from tickets.reading.last_word import recount
from tickets.receiving.turns import take_turns
from tickets.resting.reopening import locked_with, taken_back
from tickets.sending.threads import whole_text


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The words, and the ticket they are written on by now: the public one they were to answer where the private ticket
    that began with them is over. `kept`: the draft they are, where they are one."""

    text: str
    ticket: Ticket | None
    kept: Draft | None = None


def hold_for(message: Message, *, writer: User | None) -> None:
    """Before its parts are locked: a private ticket may be over with this, or the customer writes right now."""
    if message.ticket is not None and message.ticket.private:
        if writer is not None:
            hold(writer)
        take_turns([message.address_id])


def withdraw(
    message: Message,
    rest: Sequence[OutboxEntry],
    *,
    writer: User | None,
    by: User | None,
    now: datetime,
    words_too: bool,
    verb: str = "reply.cancelled",
    why: str = "",
    stands: Words | None = None,
    **facts: Any,
) -> TakenBack:
    """`rest`: its parts, which the caller has locked. They are gone, and a draft of `writer`, if there is one. The
    ticket says so, and the row of what was part of a statement, in the words `why`. `stands`: as in drafts.put_back."""
    message.refresh_from_db(fields=["ticket"])  # its ticket may have been merged until its parts were locked
    text, pks = whole_text([entry.message for entry in rest]), [entry.message_id for entry in rest]
    facts |= keep_decided(rest)
    who = shown_name(by) if by is not None else "Somebody"
    announce(note_untold(pks, why or f"{who} took this back before it was sent."))
    if rest[0].state == SendState.AWAITING:
        mark_settled(NoticeEvent.APPROVAL, now=now, message=message.pk)
    both = locked_with(message, message.ticket) if message.ticket is not None and message.ticket.private else []
    home = next((one for one in both if one.private), None)
    public = next((one for one in both if not one.private), None)
    ends = home is not None and came_to_nothing(home, pks)
    back = asked_at(home) if home is not None and ends else message.ticket
    moved = back != message.ticket
    if writer is not None and moved and back is not None and message.ticket is not None:
        take_along(writer, message.ticket, DraftMode.PRIVATE, to=back, now=now)
    begun, too = None if moved else stands, words_too or moved  # else it came along
    kept = put_back(writer, message, text, pks, now=now, words_too=too, to=back, stands=begun) if writer else None
    Message.objects.filter(pk__in=pks).delete()
    if message.ticket is not None:
        ticket = locked(message.ticket)
        recount(ticket)
        with one_gesture():
            note_activity(ticket, verb, by=by, at=now, message=pks[0], **facts)
            if ends:
                end(ticket, by=by, now=now)
            else:
                taken_back(ticket, written_at=rest[0].created_at, by=by, now=now)
            if public is not None:
                taken_back(public, written_at=rest[0].created_at, by=by, now=now)
    return TakenBack(text, back, kept)
