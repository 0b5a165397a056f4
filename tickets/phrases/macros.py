"""Macros: several gestures in one, all or none, each asked of the policy as if it were made by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tickets import drafts, replies
from tickets.answering import answerable
from tickets.assignment import assign, shown_name
from tickets.choices import DraftMode, Priority, SendState, Status
from tickets.errors import CannotSend, DeskError
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import add_tag, change_priority, change_status, file, locked, move
from tickets.models import Macro, Ticket
from tickets.notices.watching import watch
from tickets.permissions import may, require_on, visible_tickets
from tickets.phrases.shelf import Inserted, insert
from tickets.resting.snoozing import snooze
from tickets.terms import Terms

MOST = 200
Do = Callable[[Ticket, User, datetime], object]


@dataclass(frozen=True, slots=True)
class Step:
    """What a macro does, in words; `why_not`: why it cannot."""

    words: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of it on one ticket: nothing of it was done where `refusal` says why."""

    ticket: int
    refusal: str = ""


def usable(user: User | AnonymousUser) -> QuerySet[Macro]:
    """What this person is offered."""
    if not may(user, "work"):
        return Macro.objects.none()
    chosen = Macro.teams.through._default_manager.filter(macro=OuterRef("pk"))
    mine = Q(~Exists(chosen) | Exists(chosen.filter(team__memberships__person=user.pk)))
    related = ("reply", "queue", "folder", "person")
    return Macro.objects.filter(mine, enabled=True).select_related(*related)


def preview(macro: Macro, ticket: Ticket, *, by: User, now: datetime) -> list[Step]:
    """What would be done, and what could not and why: it is done and taken back, so it is what would come of it."""
    found = []
    with transaction.atomic():
        for words, do in _steps(macro, seen=None):
            try:
                with transaction.atomic():
                    do(ticket, by, now)
            except DeskError as refusal:
                found.append(Step(words, str(refusal)))
            else:
                found.append(Step(words))
        transaction.set_rollback(True)
    return found


@transaction.atomic
def run(macro: Macro, ticket: Ticket, *, by: User, now: datetime, seen: int | None = None) -> None:
    """All of it or, with the refusal of the step that cannot be done, nothing. `seen`: the latest message whoever runs
    it has read; asked where an answer is sent."""
    require_on(by, "work", ticket)
    locked(ticket)
    with one_gesture():
        note_activity(ticket, "macro.ran", by=by, at=now, macro=macro.pk, name=macro.name)
        for _words, do in _steps(macro, seen=seen):
            do(ticket, by, now)


def run_many(macro: Macro, numbers: Sequence[int], *, by: User, now: datetime) -> list[Ran]:
    """On each of these tickets by itself, at most MOST."""
    there = visible_tickets(by).select_related("address", "identity", "queue").in_bulk(list(numbers)[:MOST])
    told = []
    for number in dict.fromkeys(list(numbers)[:MOST]):
        ticket = there.get(number)
        if ticket is None:
            told.append(Ran(number, _("There is no such ticket.")))
            continue
        try:
            run(macro, ticket, by=by, now=now)
        except DeskError as refusal:
            told.append(Ran(number, str(refusal)))
        else:
            told.append(Ran(number))
    return told


def _steps(macro: Macro, *, seen: int | None) -> list[tuple[str, Do]]:
    """In the order they are done: what may lead the ticket out of somebody's reach, or wake it, comes last."""
    steps: list[tuple[str, Do]] = []
    if macro.note:
        steps.append((_("leave a note"), lambda t, by, now: replies.note(t, text=macro.note, by=by, now=now)))
    for name in (word.strip() for word in macro.tags.split(",") if word.strip()):
        steps.append((_("add the tag %s") % name, _tag(name)))
    if macro.priority:
        words = _("set the priority to %s") % Priority(macro.priority).label
        steps.append((words, lambda t, by, now: change_priority(t, macro.priority, by=by, now=now)))
    if (folder := macro.folder) is not None:
        steps.append((_("file it under %s") % folder, lambda t, by, now: file(t, folder, by=by, now=now)))
    if macro.assign:
        steps.append(_assigning(macro))
    if macro.reply is not None:
        words = _("send the canned reply “%s”") if macro.send else _("put the canned reply “%s” into the composer")
        steps.append((words % macro.reply, lambda t, by, now: _reply(macro, t, by=by, now=now, seen=seen)))
    return steps + _last_steps(macro)


def _last_steps(macro: Macro) -> list[tuple[str, Do]]:
    steps: list[tuple[str, Do]] = []
    if macro.watch:
        steps.append((_("watch it"), lambda t, by, now: watch(t, by=by, now=now)))
    if macro.status:
        status, reason = macro.status, macro.reason
        words = _("set the status to %s") % Status(status).label
        steps.append((words, lambda t, by, now: change_status(t, status, by=by, now=now, reason=reason)))
    if (queue := macro.queue) is not None:
        steps.append((_("move it to %s") % queue, lambda t, by, now: move(t, queue, by=by, now=now)))
    if (hours := macro.snooze_hours) is not None:
        words = _("put it aside for %s hours") % hours
        steps.append((words, lambda t, by, now: snooze(t, now + timedelta(hours=hours), by=by, now=now)))
    return steps


def _tag(name: str) -> Do:
    return lambda ticket, by, now: add_tag(ticket, name, by=by, now=now)


def _assigning(macro: Macro) -> tuple[str, Do]:
    if macro.assign == Macro.Assign.ME:
        return _("assign it to you"), lambda t, by, now: assign(t, to=by, by=by, now=now)
    if macro.assign == Macro.Assign.NOBODY:
        return _("give it back to nobody"), lambda t, by, now: assign(t, to=None, by=by, now=now)
    name = shown_name(macro.person) if macro.person is not None else ""
    return _("assign it to %s") % name, lambda t, by, now: assign(t, to=macro.person, by=by, now=now)


def _reply(macro: Macro, ticket: Ticket, *, by: User, now: datetime, seen: int | None) -> None:
    """Sent, or before what the composer of whoever runs it holds already."""
    if macro.reply is None:
        return
    to = answerable(ticket, private=ticket.private)
    made = insert(macro.reply, ticket, private=ticket.private, by=by, now=now, to=to)
    if macro.send:
        terms = Terms(seen=seen)
        answer = replies.reply(
            ticket, text=made.text, private=ticket.private, by=by, now=now, in_reply_to=to, terms=terms
        )
        if macro.status and answer.outbox.state == SendState.AWAITING:
            raise CannotSend(_("Somebody has to approve the answer first, and the macro would not wait for that."))
    else:
        _put_in_composer(ticket, made, by=by, now=now)


def _put_in_composer(ticket: Ticket, made: Inserted, *, by: User, now: datetime) -> None:
    require_on(by, "send", ticket)
    mode = DraftMode.PRIVATE if ticket.private else DraftMode.PUBLIC
    begun = drafts.of(by, ticket, mode)
    text = "\n\n".join(part for part in (begun.text.rstrip() if begun else "", made.text) if part)
    words = drafts.Words(text=text, began=mode)
    if begun is not None:
        kept = {"answers": begun.answers_id, "send_at": begun.send_at, "invite": begun.invite}
        words = drafts.Words(text=text, began=begun.began, **kept)  # type: ignore[arg-type]  # as the draft has them
    if drafts.write(by, ticket, mode, words, now=now) is None:
        raise CannotSend("There is nothing to put into the composer.")
