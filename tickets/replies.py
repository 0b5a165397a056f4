"""Answers and notes of agents. A reply is written and queued here; `outbox` sends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.approving.asking import ask, find_need
from tickets.approving.withdrawing import TakenBack, hold_for, withdraw
from tickets.assignment import take_on
from tickets.automatic.wanted import check_wanted
from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import MOVED, Direction, MessageKind, SendState, Visibility
from tickets.composing.answering import await_news, check_here, check_text, tidy
from tickets.composing.beginning import NOT_ALLOWED, at_home, begin_again, check_answer, go_private
from tickets.composing.drafts import Words
from tickets.composing.enclosing import Enclosure, check_files, digests, keep_all
from tickets.composing.notifying import spared
from tickets.composing.quoting import shown_on
from tickets.composing.targets import Aim, aim, answerable
from tickets.errors import CannotChange, CannotSend, NotAllowed, TooLate
from tickets.finding.entries import index
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked, rouse
from tickets.live import announce
from tickets.models import Message, OutboxEntry, StoredFile, Ticket
from tickets.notices.naming import find_named
from tickets.outbound import Part
from tickets.permissions import require, require_on, require_voice
from tickets.sending.dispatching import Letter, dispatch, make_once
from tickets.sending.following import free_followers
from tickets.sending.queueing import OUTBOX_TASK
from tickets.sending.repeating import check_unsaid
from tickets.sending.scheduling import check_moment, reschedule
from tickets.sending.terms import AT_ONCE, Terms, check_news, check_repeats
from tickets.sending.threads import line_of, lock_line, unsent_rest, whole_text

GONE = gettext_noop(
    "The message you were answering is not there any more. Look whom you answer now, then send it again."
)


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    text: str,
    private: bool,
    by: User,
    now: datetime,
    in_reply_to: Message | None = None,
    files: Sequence[StoredFile | Enclosure] = (),
    invite: bool = False,
    terms: Terms = AT_ONCE,
    token: UUID | None = None,
) -> Message:
    """Write an answer and queue it behind the undo window. Raises NotAllowed or CannotSend; then nothing is kept.

    Returns the message, of a thread the first part. A private answer on a public ticket opens the customer's private
    ticket and stands there. `files`, of a draft or as they came, go with it. `invite`: a public answer asks the
    customer to write privately. `token` names the sheet it was written on: the second time it is seen, what was made of
    it is returned unchanged.
    """
    _require_send(ticket, by, private=private)
    key = token or uuid4()
    sheet = _Sheet(
        text=text,
        private=private,
        by=by,
        now=now,
        answered=in_reply_to,
        files=files,
        invite=invite,
        terms=terms,
        key=key,
    )
    return _make_once(ticket, partial(_reply, ticket, sheet), made=Q(outbox__key=key))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What `reply` was given."""

    text: str
    private: bool
    by: User
    now: datetime
    answered: Message | None
    files: Sequence[StoredFile | Enclosure]
    invite: bool
    terms: Terms
    key: UUID


def _require_send(ticket: Ticket | None, by: User, *, private: bool) -> None:
    if ticket is None:
        require(by, "send")
    else:
        require_on(by, "send", ticket)
    if private:
        require(by, "see_private")


def _require_for(message: Message, by: User) -> bool:
    """What sending this message asks of a person; returns whether it is private."""
    private = message.visibility == Visibility.PRIVATE
    if message.ticket_id is None and not private:
        require_voice(by, message.address)
    else:
        _require_send(message.ticket, by, private=private)
    return private


def _make_once(ticket: Ticket, make: Callable[[], Message], *, made: Q) -> Message:
    message = make_once(make, made=made)
    if message.ticket_id != ticket.pk and (message.ticket is None or message.ticket.asked_on_id != ticket.pk):
        raise CannotSend(_("This was written on the sheet of another ticket."))
    return message


def _reply(ticket: Ticket, sheet: _Sheet) -> Message:
    begins = sheet.private and not ticket.private
    await_news(ticket, private=sheet.private)
    if begins and (before := Message.objects.filter(outbox__key=sheet.key).first()) is not None:
        return before  # of one sheet submitted twice the second waited for its turn above
    aimed = Aim(sheet.answered) if sheet.answered else aim(ticket, private=sheet.private)
    parts, carried = _check(ticket, sheet, aimed), digests(sheet.files)
    ticket = locked(ticket)
    check_here(ticket, private=sheet.private, by=sheet.by)
    answered = _still(ticket, sheet, aimed)
    letter = Letter(
        address=ticket.address,
        parts=parts,
        key=sheet.key,
        by=sheet.by,
        now=sheet.now,
        at=sheet.terms.at,
        seen=sheet.terms.seen,
        kind=MessageKind.DIRECT if sheet.private else MessageKind.REPLY,
        ticket=ticket,
        identity=answered.identity if answered and answered.identity else ticket.identity,
        in_reply_to=(answered.external_id or "") if answered and not sheet.private else "",
        conversation=answered.conversation if answered else "",
        invite=sheet.invite and not sheet.private,
        spares=spared(ticket, answered, sheet.text, sheet.terms.spares) if not sheet.private else (),
        behind=sheet.terms.behind,
    )
    # Before the news, of which a colleague's equal answer is one: this says what it is.
    check_repeats(letter, sheet.terms, carried=carried)
    check_news(ticket, sheet.terms, by=sheet.by)
    need = find_need(ticket, private=sheet.private, text=sheet.text, by=sheet.by)
    files = keep_all(sheet.files, ticket.address, private=sheet.private, now=sheet.now)
    with one_gesture():
        rouse(ticket, by=sheet.by, now=sheet.now)
        if begins:
            ticket = go_private(ticket, by=sheet.by, now=sheet.now)
        else:
            ticket = begin_again(ticket, by=sheet.by, now=sheet.now)
        message = dispatch(replace(letter, files=files, ticket=ticket, awaits=need is not None))
        facts: dict[str, Any] = {"message": message.pk, "private": sheet.private}
        if need is not None:
            approval = ask(message, need, by=sheet.by, now=sheet.now)
            facts |= {"rule": str(approval.rule), "word": approval.word}
        verb = "reply.queued" if need is None else "reply.asked"
        note_activity(ticket, verb, by=sheet.by, at=sheet.now, **facts)
        if not sheet.terms.behind:
            take_on(ticket, by=sheet.by, now=sheet.now)
    announce([ticket.pk])
    return message


def _still(ticket: Ticket, sheet: _Sheet, aimed: Aim) -> Message | None:
    """The message answered, as it is now that the ticket is locked; another one only where nobody named it."""
    if aimed.message is None:
        return None
    answered = answerable(ticket, private=sheet.private, pk=aimed.message.pk)
    if answered is None and sheet.answered is not None:
        raise CannotSend(_(GONE))
    return answered or answerable(ticket, private=sheet.private)


def _check(ticket: Ticket, sheet: _Sheet, aimed: Aim) -> Sequence[Part]:
    """Before the ticket is locked: weighing and cutting a long text takes its time."""
    if sheet.terms.at is not None:
        check_moment(sheet.terms.at, now=sheet.now)
    if not tidy(sheet.text) and not sheet.files:
        raise CannotSend(_("There is nothing to send yet."))
    answered = aimed.message
    permission = check_answer(ticket, private=sheet.private, by=sheet.by, aimed=aimed)
    if not permission.allowed:
        raise (NotAllowed if permission.code == NOT_ALLOWED else CannotSend)(permission.reason)
    to = answered.identity if answered and answered.identity else ticket.identity
    check_files(ticket.address, [f for f in sheet.files if isinstance(f, StoredFile)], private=sheet.private)
    return check_text(
        ticket.address,
        sheet.text,
        private=sheet.private,
        handle=to.handle,
        parts=sheet.terms.parts,
        wordless=bool(sheet.files),
    )


@transaction.atomic
def note(
    ticket: Ticket, *, text: str, by: User, now: datetime, token: UUID | None = None, unheard: bool = False
) -> Message:
    """For colleagues only; once for each token, as `reply`. Raises NotAllowed, CannotSend, and Unheard where it names
    colleagues who may not see the ticket (`unheard`: that is known)."""
    require_on(by, "work", ticket)
    name = f"note:{token}" if token else None
    write = partial(_note, ticket, text=text, by=by, now=now, name=name, unheard=unheard)
    return _make_once(ticket, write, made=Q(address=ticket.address, external_id=name)) if name else write()


def _note(ticket: Ticket, *, text: str, by: User, now: datetime, name: str | None, unheard: bool) -> Message:
    text = tidy(text)
    if not text:
        raise CannotSend(_("The note is empty."))
    named = find_named(text, ticket)
    if not unheard:
        named.check()
    ticket = locked(ticket)
    if ticket.merged_into_id is not None:
        raise CannotSend(
            _("Everything here was brought to ticket #%(home)s. Write the note there.")
            % {"home": ticket.merged_into_id}
        )
    message = Message.objects.create(
        ticket=ticket,
        address=ticket.address,
        external_id=name,
        kind=MessageKind.NOTE,
        direction=Direction.INTERNAL,
        visibility=Visibility.INTERNAL,
        agent=by,
        text=text,
        sent_at=now,
        received_at=now,
    )
    mentions = {"mentions": list(named.people)} if named.people else {}
    note_activity(ticket, "note.written", by=by, at=now, message=message.pk, **mentions)
    index([message])
    announce([ticket.pk])
    return message


@transaction.atomic
def undo(message: Message, *, by: User, now: datetime, as_draft: bool = False) -> str:
    """Take a reply back before it goes out, of a thread all that nobody has tried to send yet; returns its text for the
    composer, or keeps it as a draft where there is none. Raises TooLate."""
    return take_back(message, by=by, now=now, as_draft=as_draft).text


@transaction.atomic
def take_back(
    message: Message, *, by: User, now: datetime, as_draft: bool = False, stands: Words | None = None
) -> TakenBack:
    """As `undo`, and where the words are. `stands`: what is in the composer, which they are kept with as a draft."""
    _require_for(message, by)
    hold_for(message, writer=by)
    # Outbox before ticket, as everywhere.
    rest = unsent_rest(lock_line(message))
    if message.pk not in {entry.message_id for entry in rest}:
        raise TooLate(_("It is on its way already."))
    if rest[0].state == SendState.AWAITING and message.agent_id != by.pk:
        raise NotAllowed(
            _("It waits for approval: only who wrote it takes it back. Who may approve it can send it back.")
        )
    too = as_draft or stands is not None
    taken = withdraw(message, rest, writer=by, by=by, now=now, words_too=too, stands=stands)
    if message.ticket is None:
        _note_deed(message, "take-back", by=by, now=now, number=rest[0].message_id)
    announce(shown_on([message]))
    return taken


@transaction.atomic
def send_at(message: Message, at: datetime | None, *, by: User, now: datetime, repeat: bool = False) -> None:
    """Another moment for a scheduled answer; None: now. Raises CannotChange when it is on its way, CannotSend when it
    is to be said elsewhere by now, Repeats when the same was said since (`repeat`: it may be said again)."""
    _require_for(message, by)
    reschedule(message, at, by=by, now=now, repeat=repeat)


def _note_deed(message: Message, deed: str, *, by: User, now: datetime, number: int) -> None:
    """What is on no ticket stands in the account's own record."""
    channel = channel_named(message.address.channel)
    channel.note_deed(message.address.key, deed, by=by, at=now, about=f"message {number}")


def text_of(message: Message) -> str:
    """What was written, of which this is the message, or the first part."""
    if not message.original_text or message.direction != Direction.OUT:
        return message.text
    return whole_text([entry.message for entry in line_of(message)])


@transaction.atomic
def try_again(message: Message, *, by: User, now: datetime, repeat: bool = False) -> None:
    """Queue a failed reply once more. Raises CannotChange when it is not a failed one, CannotSend when it is to be said
    elsewhere by now, or an automatic one that does not hold any more, Repeats when somebody said the same to them since
    (`repeat`: it may be said again)."""
    private = _require_for(message, by)
    if message.ticket is not None:
        await_news(message.ticket, private=private)
    entry = OutboxEntry.objects.select_for_update().filter(message=message).first()
    if entry is None or entry.state != SendState.FAILED:
        raise CannotChange(_("Only an answer that failed can be tried again."))
    check_wanted(message, now=now)
    if entry.code == MOVED:
        reschedule(message, None, by=by, now=now, repeat=repeat)
        return
    ticket = locked(message.ticket) if message.ticket is not None else None
    if ticket is not None:
        check_here(ticket, private=private, by=by)
        ticket = at_home(ticket, [entry], by=by, now=now)
    check_unsaid(entry, by=by, now=now, repeat=repeat)
    entry.state, entry.not_before, entry.tries, entry.settled_at = SendState.QUEUED, now, 0, None
    entry.code = entry.reason = ""
    entry.left_at = None
    entry.save(update_fields=["state", "not_before", "tries", "settled_at", "code", "reason", "left_at"])
    ring_later(task=OUTBOX_TASK, at=now)
    if ticket is not None:
        note_activity(ticket, "reply.queued", by=by, at=now, message=message.pk, private=private, again=True)
    else:
        _note_deed(message, "try-again", by=by, now=now, number=message.pk)
    announce(shown_on([message]))
    free_followers([entry.pk])
