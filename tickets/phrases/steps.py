"""The steps of a macro, each in words, as it is done, and with what would be said by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets import replies
from tickets.approving.asking import find_need
from tickets.assignment import assign
from tickets.choices import DraftMode, Priority, SendState, Status
from tickets.composing import drafts
from tickets.composing.targets import answerable
from tickets.errors import CannotSend
from tickets.lifecycle import add_tag, change_priority, change_status, file, move
from tickets.models import Folder, Macro, Ticket
from tickets.notices.watching import watch
from tickets.permissions import require_on
from tickets.phrases.offering import length_in
from tickets.phrases.shelf import Hearer, Inserted, Length, insert
from tickets.resting.snoozing import snooze
from tickets.sending.terms import Terms

Do = Callable[[Ticket, User, datetime], object]
Known = Mapping[str, int | None]  # `seen` and `wording` of Terms
_DEEPEST = 20  # of folders inside folders


@dataclass(frozen=True, slots=True)
class Said:
    """The very words of a step. Of an answer: whether in private, its language and length, what nobody can fill in,
    and whether somebody has to approve it before it goes out."""

    text: str
    note: bool = False
    private: bool = False
    language: str = ""
    gaps: tuple[str, ...] = ()
    length: Length | None = None
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Gesture:
    """One step. `foretell`: what it would say on a ticket."""

    words: str
    do: Do
    foretell: Callable[[Ticket, User], Said | None] = lambda ticket, by: None


def gestures(macro: Macro, known: Known | None = None) -> list[Gesture]:
    """In the order they are done: what may lead the ticket out of somebody's reach, or wake it, comes last."""
    steps: list[Gesture] = []
    if macro.note:
        said = Said(macro.note, note=True)
        steps.append(Gesture(_("leave a note"), _note(macro.note), lambda ticket, by: said))
    steps += [Gesture(_("add the tag %s") % name, _tag(name)) for name in macro.tag_names]
    if macro.priority:
        words = _("set the priority to %s") % Priority(macro.priority).label
        steps.append(Gesture(words, lambda t, by, now: change_priority(t, macro.priority, by=by, now=now)))
    if (folder := macro.folder) is not None:
        words = _("file it under %s") % _path(folder)
        steps.append(Gesture(words, lambda t, by, now: file(t, folder, by=by, now=now)))
    if macro.assign:
        steps.append(_assigning(macro))
    if macro.reply is not None:
        words = _("send the canned reply “%s”") if macro.send else _("put the canned reply “%s” into the composer")
        steps.append(Gesture(words % macro.reply, _replying(macro, known or {}), partial(_foretell, macro)))
    return steps + _last(macro)


def _last(macro: Macro) -> list[Gesture]:
    steps: list[Gesture] = []
    if macro.watch:
        steps.append(Gesture(_("watch it"), lambda t, by, now: watch(t, by=by, now=now)))
    if macro.status:
        status, reason = macro.status, macro.reason
        words = _("set the status to %s") % Status(status).label
        steps.append(Gesture(words, lambda t, by, now: change_status(t, status, by=by, now=now, reason=reason)))
    if (queue := macro.queue) is not None:
        steps.append(Gesture(_("move it to %s") % queue, lambda t, by, now: move(t, queue, by=by, now=now)))
    if (hours := macro.snooze_hours) is not None:
        words = _("put it aside for %s hours") % hours
        steps.append(Gesture(words, lambda t, by, now: snooze(t, now + timedelta(hours=hours), by=by, now=now)))
    return steps


def _path(folder: Folder) -> str:
    names, around = [folder.name], folder.parent
    while around is not None and len(names) < _DEEPEST:
        names.insert(0, around.name)
        around = around.parent
    return " / ".join(names)


def _note(text: str) -> Do:
    return lambda ticket, by, now: replies.note(ticket, text=text, by=by, now=now)


def _replying(macro: Macro, known: Known) -> Do:
    return lambda ticket, by, now: _reply(macro, ticket, by=by, now=now, known=known)


def _tag(name: str) -> Do:
    return lambda ticket, by, now: add_tag(ticket, name, by=by, now=now)


def _assigning(macro: Macro) -> Gesture:
    if macro.assign == Macro.Assign.ME:
        return Gesture(_("assign it to you"), lambda t, by, now: assign(t, to=by, by=by, now=now))
    if macro.assign == Macro.Assign.NOBODY:
        return Gesture(_("give it back to nobody"), lambda t, by, now: assign(t, to=None, by=by, now=now))
    name = shown_name(macro.person) if macro.person is not None else ""
    return Gesture(_("assign it to %s") % name, lambda t, by, now: assign(t, to=macro.person, by=by, now=now))


def _foretell(macro: Macro, ticket: Ticket, by: User) -> Said | None:
    if macro.reply is None:
        return None
    private = ticket.private
    made = Hearer(ticket, by=by, to=answerable(ticket, private=private)).hear(macro.reply, private=private)
    if made is None:
        return None
    need = find_need(ticket, private=private, text=made.text, by=by) if macro.send else None
    length = length_in(ticket, made.text, private=private)
    about = {"language": made.language, "gaps": made.gaps, "length": length, "approval": need is not None}
    return Said(made.text, private=private, **about)  # type: ignore[arg-type]  # as its fields are


def _reply(macro: Macro, ticket: Ticket, *, by: User, now: datetime, known: Known) -> None:
    """Sent, or before what the composer of whoever runs it holds already."""
    if macro.reply is None:
        return
    to = answerable(ticket, private=ticket.private)
    made = insert(macro.reply, ticket, private=ticket.private, by=by, now=now, to=to)
    if macro.send:
        terms = Terms(seen=known.get("seen"), wording=known.get("wording"))
        answer = replies.reply(
            ticket, text=made.text, private=ticket.private, by=by, now=now, in_reply_to=to, terms=terms
        )
        if macro.status and answer.outbox.state == SendState.AWAITING:
            raise CannotSend(
                _("Somebody has to approve the answer first, and the status is not set before that. Send it by hand.")
            )
    else:
        _put_in_composer(ticket, made, by=by, now=now)


def _put_in_composer(ticket: Ticket, made: Inserted, *, by: User, now: datetime) -> None:
    require_on(by, "send", ticket)
    mode = DraftMode.PRIVATE if ticket.private else DraftMode.PUBLIC
    begun = drafts.of(by, ticket, mode)
    text = "\n\n".join(part for part in (begun.text.rstrip() if begun else "", made.text) if part)
    words = drafts.Words(text=text, began=mode)
    if begun is not None:
        kept = {name: getattr(begun, name) for name in ("send_at", "invite", "spares")} | {"answers": begun.answers_id}
        words = drafts.Words(text=text, began=begun.began, **kept)
    if drafts.write(by, ticket, mode, words, now=now) is None:
        raise CannotSend(_("There is nothing to put into the composer."))
