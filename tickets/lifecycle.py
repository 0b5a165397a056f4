"""Changes of a ticket's state, by agents and by what is said on it. Each gesture: check, change, history, announce."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tickets import sla
from tickets.choices import CATEGORY_OF, WAITING_STATUSES, ApprovalState, Priority, Status, StatusCategory
from tickets.clocks import load_books, load_targets, save_books
from tickets.composing.blanks import shown
from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.live import announce
from tickets.models import Approval, ChecklistItem, Folder, PauseRule, Queue, Tag, Ticket
from tickets.models.sla import LONGEST_REASON
from tickets.permissions import may_on, require_on
from tickets.promises.book import Book
from tickets.promises.reprioritised import reprioritised
from tickets.promises.sides import Talk, asked_before, we_answered_before
from tickets.promises.unresolving import answered_at_last, resolution_undone
from tickets.staffing.giving import give_out, ring_for_staffing
from tickets.staffing.speaking import need_tongues

_CLOCK_FIELDS = ("next_due_at", "next_due_metric", "last_outbound_at")


def note_question(
    ticket: Ticket, book: Book, *, at: datetime, heard: datetime | None = None, talk: Talk | None = None
) -> None:
    """The customer wrote: clocks, and a waiting ticket is ours to act on again (unless we answered since); where it
    waits since they wrote, from when we heard of it (`heard`). `talk`: all that was said, where it was before a merge.

    An ignored ticket takes messages in silence: nobody is promised anything there. What was put aside is so no more.
    """
    ticket.rouse()
    if CATEGORY_OF[Status(ticket.status)] == StatusCategory.DONE:
        pass
    elif talk is None:
        sla.customer_wrote(book, at)
    else:
        asked_before(book, at, talk)
    if ticket.last_inbound_at is None or at > ticket.last_inbound_at:
        ticket.last_inbound_at = at
    answered = book.answered_at is not None and at <= book.answered_at
    if talk is not None:
        answered = not any(one.at == at for one in talk.unanswered())
    if ticket.status == Status.NEW and answered:
        ticket.status = Status.OPEN
    if ticket.status in WAITING_STATUSES and not answered:
        ticket.status = Status.OPEN
        begun = any(pause.until is None and pause.since > at for pause in book.pauses)
        sla.status_became(book, Status.OPEN, heard if heard is not None and begun else at)
    else:
        sla.end_sooner(book, book.asked)


def note_answer(
    ticket: Ticket,
    book: Book,
    *,
    at: datetime,
    resolved: Collection[datetime] = (),
    heard: datetime | None = None,
    talk: Talk | None = None,
) -> None:
    """An answer of ours is out: clocks, and the ticket waits for the customer if the last word is ours.

    Otherwise it is open: it is not new to us any more, if this answered anything. `resolved`: when somebody resolved it
    while this was on its way. `heard`: when we heard of it, where that was later: somebody may have opened it between.
    `talk`: all that was said, where that was before a merge.
    """
    if talk is not None:
        we_answered_before(book, at, talk)
        asked = bool(talk.unanswered())
    else:
        if resolved:
            answered_at_last(book, resolved=resolved)
        sla.we_answered(book, at)
        asked = ticket.last_inbound_at is not None and ticket.last_inbound_at > at
    by_hand = ticket.status in (Status.OPEN, Status.ON_HOLD, Status.RESOLVED)
    book.late |= by_hand and not asked and bool(book.stops) and heard is not None and heard > at
    if ticket.status in (Status.NEW, Status.OPEN) and not asked:
        ticket.status = Status.PENDING
        sla.status_became(book, Status.PENDING, at)
    elif ticket.status == Status.NEW and ticket.opened_at <= at:
        ticket.status = Status.OPEN


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the end of the transaction."""
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.pk)


def rouse(ticket: Ticket, *, by: User, now: datetime, why: str = "changed") -> None:
    """Whatever somebody does with a ticket that was put aside brings it back. One that the caller has locked."""
    since, until = ticket.snoozed_at, ticket.snoozed_until
    if since is not None and ticket.rouse():
        ticket.save(update_fields=["snoozed_at", "snoozed_until"])
        facts = {"since": since.isoformat(), "until": until.isoformat() if until else None}
        note_activity(ticket, "ticket.woke", by=by, at=now, why=why, **facts)


def locked_to_change(ticket: Ticket) -> Ticket:
    """The same, for a person to change. Raises CannotChange where everything was brought to another ticket."""
    ticket = locked(ticket)
    if ticket.merged_into_id is not None:
        raise CannotChange(
            _("Everything here was brought to ticket #%(home)s. Change it there.") % {"home": ticket.merged_into_id}
        )
    return ticket


def run_clock(ticket: Ticket, verb: Callable[[Book], None], *fields: str) -> None:
    """Let a rule run on the ticket's clocks and save the ticket with the given fields."""
    book = load_books([ticket], load_targets())[ticket.pk]
    verb(book)
    save_books([(ticket, book)])
    ticket.save(update_fields=[*fields, *_CLOCK_FIELDS])


@transaction.atomic
def change_status(
    ticket: Ticket,
    status: str,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    undoing: bool = False,
    **facts: Any,
) -> Ticket:
    """In some statuses promises stand still; some of these want a `reason`, of up to 200 characters. `undoing`: to what
    it was, which may be new. `facts`: told in its history besides."""
    ticket, after, reason = locked_to_change(ticket), Status(status), shown(" ".join(reason.split()))
    require_on(by, "work", ticket)
    before = Status(ticket.status)
    _check_reason(reason)
    if before == after:
        _say_why(ticket, reason, by=by, now=now)
        return ticket
    if after == Status.NEW and not undoing:
        raise CannotChange(_("A ticket that somebody has looked at is not new any more."))
    if not reason and after in WAITING_STATUSES and _wants_reason(ticket, after):
        raise CannotChange(
            _("Its promises stand still while it is %(status)s: say why.") % {"status": after.label.lower()}
        )
    if after in (Status.RESOLVED, Status.CLOSED):
        _check_done(ticket)
    anew = reprioritised([ticket]).get(ticket.pk)
    verb = partial(turn, ticket, after=after, at=now, reason=reason, by=by.pk, anew=anew)
    run_clock(ticket, lambda book: verb(book=book), "status", "resolved_at")
    facts |= {"reason": reason} if reason else {}
    with one_gesture():
        note_activity(ticket, "ticket.status", by=by, at=now, before=before, after=after, **facts)
        rouse(ticket, by=by, now=now)
        staff(ticket, came_back=CATEGORY_OF[before] == StatusCategory.DONE, now=now)
    announce([ticket.pk])
    return ticket


def staff(ticket: Ticket, *, came_back: bool, now: datetime) -> None:
    """Whoever is at work on it, it may want somebody now, or have left room for another one."""
    if ticket.category == StatusCategory.ACTIVE:
        if give_out([ticket.pk], came_back=[ticket.pk] if came_back else (), now=now):
            ticket.refresh_from_db(fields=["assignee"])
    elif ticket.assignee_id is not None and ticket.queue.gives_out:
        ring_for_staffing()


def turn(
    ticket: Ticket,
    book: Book,
    after: Status,
    *,
    at: datetime,
    reason: str = "",
    by: int | None = None,
    anew: datetime | None = None,
) -> None:
    """Somebody says how it stands: what that does to the ticket and its clocks. `anew`: when it got another priority
    while it was done, for what goes on takes its targets. What was ignored and is resolved after all is judged."""
    is_done, before = CATEGORY_OF[after] == StatusCategory.DONE, Status(ticket.status)
    was_done, done_at = ticket.category == StatusCategory.DONE, ticket.resolved_at or at
    taken_up = was_done and (not is_done or (before == Status.IGNORED and after != before))
    ticket.status, book.done = after, is_done
    ticket.resolved_at = (done_at if was_done and not taken_up else at) if is_done else None
    if taken_up:
        resolution_undone(book, done_at=done_at, at=at, ignored=before == Status.IGNORED)
        if anew is not None:
            sla.retarget(book, at=anew)
    sla.status_became(book, after, at, reason=reason, by=by)
    if is_done and (taken_up or not was_done):
        end = sla.ticket_lapsed if after == Status.IGNORED else sla.ticket_resolved
        end(book, at)


def _check_done(ticket: Ticket) -> None:
    """Raises CannotChange while something that is required is still to be done, or an answer waits for approval: were
    it sent back, nobody would see that the customer was told nothing."""
    if Approval.objects.filter(message__ticket=ticket, state=ApprovalState.WAITING).exists():
        raise CannotChange(_("An answer on it waits for approval. It can be resolved once that is decided."))
    still = list(
        ChecklistItem.objects.filter(ticket=ticket, required=True, done_at=None).values_list("text", flat=True)
    )
    if still:
        told = ", ".join(f"“{text}”" for text in still[:3]) + (" …" if len(still) > 3 else "")
        raise CannotChange(_("Something is still to be done first: %(told)s.") % {"told": told})


def _check_reason(reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise CannotChange(_("A reason has up to %(most)s characters.") % {"most": LONGEST_REASON})


def _say_why(ticket: Ticket, reason: str, *, by: User, now: datetime) -> None:
    """It waits as before, for a reason that is said only now, or is another one."""
    if reason and ticket.status in WAITING_STATUSES:
        ticket.pauses.filter(until=None).update(reason=reason, by=by)
        note_activity(ticket, "ticket.reason", by=by, at=now, status=ticket.status, reason=reason)
        announce([ticket.pk])


def _wants_reason(ticket: Ticket, after: Status) -> bool:
    return PauseRule.objects.filter(policy=ticket.sla_policy_id, status=after, needs_reason=True).exists()


@transaction.atomic
def change_priority(ticket: Ticket, priority: str, *, by: User, now: datetime) -> Ticket:
    """Running clocks take the new priority's targets, counted from when they started."""
    ticket, after = locked_to_change(ticket), Priority(priority)
    require_on(by, "work", ticket)
    before = ticket.priority
    if before == after:
        return ticket
    ticket.priority = after
    targets = load_targets()
    book = load_books([ticket], targets)[ticket.pk]
    sla.retarget(book, at=now)
    save_books([(ticket, book)])
    ticket.save(update_fields=["priority", *_CLOCK_FIELDS])
    with one_gesture():
        note_activity(ticket, "ticket.priority", by=by, at=now, before=before, after=after)
        rouse(ticket, by=by, now=now)
    announce([ticket.pk])
    return ticket


@transaction.atomic
def move(ticket: Ticket, queue: Queue, *, by: User, now: datetime) -> Ticket:
    """Also where the person does not see it any more. It is nobody's where whose it was may not work it there."""
    return _set_place(ticket, "queue", queue, verb="ticket.moved", by=by, now=now)


@transaction.atomic
def file(ticket: Ticket, folder: Folder | None, *, by: User, now: datetime) -> Ticket:
    return _set_place(ticket, "folder", folder, verb="ticket.filed", by=by, now=now)


def _set_place(ticket: Ticket, name: str, place: Model | None, *, verb: str, by: User, now: datetime) -> Ticket:
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    before, after = getattr(ticket, f"{name}_id"), place.pk if place else None
    if before != after:
        setattr(ticket, name, place)
        ticket.save(update_fields=[name])
        with one_gesture():
            note_activity(ticket, verb, by=by, at=now, before=before, after=after)
            if name == "queue":
                rouse(ticket, by=by, now=now)
                need_tongues([ticket.pk], now=now)
                _free(ticket, now=now)
                if ticket.assignee_id is None and ticket.category == StatusCategory.ACTIVE:
                    staff(ticket, came_back=False, now=now)
        announce([ticket.pk])
        if name == "queue":
            announce([ticket.pk], left=before)
    return ticket


def _free(ticket: Ticket, *, now: datetime) -> None:
    """Whose it is may not work it where it is now."""
    if ticket.assignee is not None and not may_on(ticket.assignee, "work", ticket):
        note_activity(ticket, "ticket.assigned", by=None, at=now, **{"to": None, "from": ticket.assignee_id})
        ticket.assignee = None
        ticket.save(update_fields=["assignee"])


@transaction.atomic
def add_tag(ticket: Ticket, name: str, *, by: User, now: datetime) -> Tag:
    """Raises CannotChange for an empty or over-long word."""
    word = shown(" ".join(name.split())).lower()
    if not word or len(word) > 50:
        raise CannotChange(_("A tag has 1 to 50 characters."))
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    tag, _new = Tag.objects.get_or_create(name=word)
    if not ticket.tags.filter(pk=tag.pk).exists():
        ticket.tags.add(tag)
        note_activity(ticket, "ticket.tagged", by=by, at=now, tag=tag.name)
        announce([ticket.pk])
    return tag


@transaction.atomic
def remove_tag(ticket: Ticket, tag: Tag, *, by: User, now: datetime) -> None:
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    if ticket.tags.filter(pk=tag.pk).exists():
        ticket.tags.remove(tag)
        note_activity(ticket, "ticket.untagged", by=by, at=now, tag=tag.name)
        announce([ticket.pk])
