"""Answers scheduled for later: changed until they go, and looked at once more when their moment comes.

If the conversation moved since, the answer is not sent: it waits for a person, with the reason. Whoever sends it again
then sends it as it is.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.bells import ring_later
from tickets.choices import MOVED, Direction, SendState, Visibility
from tickets.composing.answering import await_news, check_here, said_elsewhere
from tickets.composing.beginning import at_home
from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.live import NO_TICKET, announce
from tickets.models import Message, OutboxEntry, Ticket, Trace
from tickets.promises.asked import answers_in_private, public_of
from tickets.receiving.turns import take_words
from tickets.resting.reopening import not_sent
from tickets.sending.dispatching import tell_ticket
from tickets.sending.following import hold_followers
from tickets.sending.further import further_of
from tickets.sending.queueing import OUTBOX_TASK
from tickets.sending.repeating import check_unsaid, said_since
from tickets.sending.rewording import is_answered_reworded, is_reworded, newest_wording, reworded
from tickets.sending.threads import lock_line

FARTHEST = timedelta(days=366)
_BATCH = 200


def check_moment(at: datetime, *, now: datetime) -> None:
    """Raises CannotChange for a moment nobody can mean."""
    if at <= now:
        raise CannotChange(_("That moment has passed already. Choose a later one."))
    if at > now + FARTHEST:
        raise CannotChange(_("Nothing is scheduled for more than a year ahead."))


@transaction.atomic
def reschedule(message: Message, at: datetime | None, *, now: datetime, by: User, repeat: bool = False) -> None:
    """Another moment; None: now. Whatever was written until now counts as known; but that somebody said the same, only
    with `repeat`. Raises CannotChange, CannotSend."""
    if message.ticket is not None:
        await_news(message.ticket, private=message.visibility == Visibility.PRIVATE)
    line = lock_line(message)
    first = line[0] if line else None
    if first is None or not _may_change(first):
        raise CannotChange(_("It is not scheduled any more."))
    if at is not None:
        check_moment(at, now=now)
    ticket = locked(message.ticket) if message.ticket is not None else None
    if at is None and ticket is not None:
        check_here(ticket, private=first.private, by=by)
        ticket = at_home(ticket, line, by=by, now=now)
    if at is None:
        check_unsaid(first, by=by, now=now, repeat=repeat)
    first.state = SendState.SCHEDULED if at is not None else SendState.QUEUED
    first.not_before, first.reason, first.code, first.settled_at = at or now, "", "", None
    first.seen, first.wording = latest_for(first), newest_wording()
    first.save(update_fields=["state", "not_before", "reason", "code", "settled_at", "seen", "wording"])
    parts = [entry.message_id for entry in line]
    OutboxEntry.objects.filter(message__in=parts).exclude(pk=first.pk).update(not_before=at or now, reason="")
    Message.objects.filter(pk__in=parts).update(sent_at=at or now)
    if ticket is not None:
        if at is None:
            tell_ticket(ticket, list(Message.objects.filter(pk__in=parts).order_by("pk")))
        verb = "reply.rescheduled" if at is not None else "reply.queued"
        facts = {"to": at.isoformat()} if at is not None else {"private": first.private}
        note_activity(ticket, verb, by=by, at=now, message=first.message_id, **facts)
    announce([ticket.pk if ticket is not None else NO_TICKET])
    ring_later(task=OUTBOX_TASK, at=first.not_before)


def release_due(*, now: datetime) -> int:
    """Let go what is scheduled for now, or hold it for a person; returns how many were looked at."""
    looked_at = 0
    due = OutboxEntry.objects.filter(state=SendState.SCHEDULED, not_before__lte=now).order_by("not_before", "pk")
    for pk in due.values_list("pk", flat=True)[:_BATCH]:
        looked_at += _release(pk, now=now)
    return looked_at


@transaction.atomic
def _release(pk: int, *, now: datetime) -> int:
    due = OutboxEntry.objects.filter(pk=pk, state=SendState.SCHEDULED, not_before__lte=now)
    rows = due.select_related("message__ticket")
    entry = rows.first()
    if entry is not None and entry.message.ticket is not None:
        await_news(entry.message.ticket, private=entry.private)
    entry = rows.select_for_update(of=("self",), skip_locked=True).first()
    if entry is None:
        return 0
    ticket = locked(entry.message.ticket) if entry.message.ticket is not None else None
    held = _why_held(entry, ticket)
    if ticket is None or not held:
        line = lock_line(entry.message)
        ticket = at_home(ticket, line, by=None, now=now) if ticket is not None else None
        entry.state = SendState.QUEUED
        entry.save(update_fields=["state"])
        if ticket is not None:
            parts = [one.message for one in line]
            Message.objects.filter(pk__in=[part.pk for part in parts]).update(sent_at=now)
            for part in parts:
                part.sent_at = now
            tell_ticket(ticket, parts)
        announce([ticket.pk if ticket is not None else NO_TICKET])
        return 1
    entry.state, entry.settled_at, entry.code, entry.reason = SendState.FAILED, now, MOVED, held
    entry.save(update_fields=["state", "settled_at", "code", "reason"])
    hold_followers([entry.pk])
    with one_gesture():
        facts = {"message": entry.message_id, "code": MOVED, "reason": entry.reason}
        note_activity(ticket, "reply.failed", by=None, at=now, **facts)
        not_sent(entry, ticket, now=now)
    announce([ticket.pk])
    return 1


def _why_held(entry: OutboxEntry, ticket: Ticket | None) -> str:
    """Why it does not go out as it was written; empty where it does."""
    if reworded_since(entry):
        return _(
            "The customer changed their words after this was scheduled. Read them, then send this as it is, or "
            "take it back."
        )
    news = news_for(entry)
    if news is not None:
        return _reason(news, here=news.ticket_id in _talk_of(entry))
    elsewhere = said_elsewhere(ticket, private=entry.private) if ticket is not None else None
    return elsewhere.reason if elsewhere is not None else _said_since(entry)


def reworded_since(entry: OutboxEntry, *, wording: int = 0) -> bool:
    """Whether the customer edited something of the talk, or what this answers, on whichever ticket that was by then,
    after this was written, scheduled or given another moment, and after `wording`."""
    since = max(entry.wording, wording)
    if reworded(_wherever(entry), since=since).exists() or is_answered_reworded(entry.message, since=since):
        return True
    left = Trace.objects.filter(ticket__in=_talk_of(entry), gesture__undone_at=None, gesture__at__gte=entry.created_at)
    gone = {pk for keys in left.values_list("before__messages", flat=True) for pk in keys or ()}
    return is_reworded(gone, since=since)


def _said_since(entry: OutboxEntry) -> str:
    """That somebody said the same to them on another ticket after this was written."""
    take_words([(entry.address_id, entry.recipient_id, entry.private)])
    said = said_since([entry], known=timedelta()).get(entry.pk)
    if said is None:
        return ""
    sentence = _("{who} said exactly the same after this was scheduled. Send this as it is, or take it back.")
    return sentence.format(who=said.name(None))


def news_for(entry: OutboxEntry, *, seen: int | None = None) -> Message | None:
    """What the customer, or somebody else of ours, said since it was written, or after `seen`, on its ticket or one
    that follows. Notes are no part of that."""
    if entry.message.ticket_id is None:
        return None
    known = max(entry.seen or entry.message_id, seen or 0)
    said = Message.objects.filter(ticket__in=_wherever(entry), pk__gt=known)
    theirs = Q(direction=Direction.IN)
    ours = Q(direction=Direction.OUT, external_id__isnull=False) & ~Q(agent=entry.message.agent_id)
    ours |= Q(direction=Direction.OUT, external_id__isnull=False, agent=None)
    return said.filter(theirs | ours).order_by("-pk").first()


def _reason(news: Message, *, here: bool) -> str:
    if news.direction == Direction.IN and here:
        return _("The customer wrote after this was scheduled. Read it, then send this as it is, or take it back.")
    if news.direction == Direction.IN:
        return _(
            "The customer wrote after this was scheduled, on a ticket that follows this one. "
            "Read it, then send this as it is, or take it back."
        )
    if here:
        return _(
            "Somebody else answered after this was scheduled. Look at it, then send this as it is, or take it back."
        )
    return _(
        "Somebody else answered after this was scheduled, on a ticket that follows this one. "
        "Look at it, then send this as it is, or take it back."
    )


def latest_for(entry: OutboxEntry) -> int | None:
    """The latest there, which whoever sends it or lets it go is taken to know."""
    latest = Message.objects.filter(ticket__in=_wherever(entry)).order_by("-pk").values_list("pk", flat=True)
    return latest.first()


def _wherever(entry: OutboxEntry) -> list[int]:
    talk = _talk_of(entry)
    return talk + [pk for following in further_of(talk).values() for pk in following]


def _talk_of(entry: OutboxEntry) -> list[int]:
    """The tickets on which it matters what is said: its own, and the public one whose question it answers."""
    asked = answers_in_private().filter(pk=entry.message_id).values_list(public_of(), flat=True)
    return [pk for pk in (entry.message.ticket_id, asked.first()) if pk is not None]


def _may_change(entry: OutboxEntry) -> bool:
    held = entry.state == SendState.FAILED and entry.code == MOVED
    return (entry.state == SendState.SCHEDULED or held) and not entry.tries
