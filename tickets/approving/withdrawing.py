"""Takes an answer that nobody has tried to send back out of the outbox: its words are somebody's draft again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.approving.keeping import keep_decided
from tickets.choices import DraftMode, NoticeEvent, SendState
from tickets.composing.beginning import came_to_nothing, end
from tickets.composing.drafts import Words, hold, put_back, take_along
from tickets.composing.standing import goes_back_with, place_of
from tickets.composing.targets import answered_by
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
    """The words, and the ticket they are written on by now: as standing.place_of. `kept`: the draft they are, where
    they are one."""

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
    who = shown_name(by) if by is not None else _("Somebody")
    announce(note_untold(pks, why or _("{who} took this back before it was sent.").format(who=who)))
    if rest[0].state == SendState.AWAITING:
        mark_settled(NoticeEvent.APPROVAL, now=now, message=message.pk)
    both = locked_with(message, message.ticket) if message.ticket is not None and message.ticket.private else []
    home = next((one for one in both if one.private), None)
    public = next((one for one in both if not one.private), None)
    ends = home is not None and came_to_nothing(home, pks)
    back, kept = place_of(message, ends=ends), None
    if writer is not None:
        too = words_too or ends
        kept = _as_draft(message, text, pks, writer=writer, now=now, words_too=too, home=home, to=back, stands=stands)
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


def _as_draft(
    message: Message,
    text: str,
    pks: Sequence[int],
    *,
    writer: User,
    now: datetime,
    words_too: bool,
    home: Ticket | None,
    to: Ticket | None,
    stands: Words | None,
) -> Draft | None:
    """`home`: the private ticket it is on. `to`: where its words are gone on with."""
    moved = to != message.ticket
    stood = set(Draft.objects.filter(person=writer, ticket=to).values_list("pk", flat=True)) if to is not None else ()
    if moved and to is not None and home is not None and home.identity_id == to.identity_id:
        take_along(writer, home, DraftMode.PRIVATE, to=to, now=now)
    begun = None if moved else stands  # else it came along, or was for somebody else
    kept = put_back(writer, message, text, pks, now=now, words_too=words_too or moved, to=to, stands=begun)
    if kept is not None and to is not None and to.merged_into_id is None:
        _place(kept, message, new=kept.pk not in stood)
    return kept


def _place(kept: Draft, message: Message, *, new: bool) -> None:
    """It answers whom the message answered, and goes where that belongs when a merge is undone."""
    answered = answered_by(message) if kept.mode == DraftMode.PUBLIC and kept.answers_id is None else None
    if answered is not None and answered.ticket_id == kept.ticket_id:
        kept.answers = answered
        kept.save(update_fields=["answers"])
    if new:
        goes_back_with(kept, message)
