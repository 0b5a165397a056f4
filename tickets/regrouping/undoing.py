"""Undoes a merge, a split or a move: every ticket stands again as it did, and what happened since is told to the ticket
it belongs to. In words: docs/rules.md, "Undoing".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from tickets import sla
from tickets.choices import SendState, Status
from tickets.clocks import load_books, load_targets, promise_anew, save_books
from tickets.errors import CannotChange
from tickets.history import one_gesture
from tickets.lifecycle import locked, turn
from tickets.live import announce
from tickets.merging import empty, note_lines, require_all
from tickets.models import Activity, Gesture, Incident, Message, OutboxEntry, Ticket, Trace
from tickets.permissions import require
from tickets.reading.last_word import renew_words
from tickets.regrouping.journal import (
    DECIDED,
    bring,
    bring_along,
    hold,
    later_gesture,
    let_watchers_go,
    look_at,
    put_back_rows,
    read_columns,
    save_tickets,
    take_back,
)
from tickets.regrouping.recounting import fail, hear, recount
from tickets.regrouping.returning import where_to
from tickets.resting.reopening import not_sent, taken_back


@transaction.atomic
def undo(key: UUID, *, by: User, now: datetime) -> Gesture:
    """A fixed number of statements, however many tickets, and some for each answer that did not go out since. Raises
    CannotChange: it was undone already, or something later stands on it."""
    require(by, "work")
    gesture = Gesture.objects.select_for_update(no_key=True).get(pk=key)
    traces = list(gesture.traces.order_by("ticket"))
    pks = [trace.ticket_id for trace in traces]
    require_all(pks, by=by)
    held = hold(pks)
    _check(gesture, held, pks)
    present = look_at({pk: held[pk] for pk in pks})
    bring(where_to(gesture, traces))
    take_back(traces, gesture.home_id)
    stayed = [trace for trace in traces if not trace.fresh]
    if len(stayed) < len(traces):
        bring_along([gesture.home_id], stayed[0].ticket_id)
    kept = {trace.ticket_id: _restore(held[trace.ticket_id], trace, present[trace.ticket_id]) for trace in stayed}
    put_back_rows({trace.ticket_id: trace.before for trace in stayed})
    _put_back_tags(stayed)
    _put_back_skills(stayed)
    let_watchers_go(stayed)
    _leave_unmade([held[trace.ticket_id] for trace in stayed])
    renew_words(held[trace.ticket_id] for trace in stayed)
    save_tickets(held[trace.ticket_id] for trace in stayed)
    _retell(gesture, held, stayed, kept)
    _empty_fresh(traces, held, now=now)
    gesture.undone_at, gesture.undone_by = now, by
    gesture.save(update_fields=["undone_at", "undone_by"])
    with one_gesture():
        facts = {"of": str(gesture.pk), "kind": gesture.kind, "home": gesture.home_id}
        others = [pk for pk in pks if pk != gesture.home_id]
        note_lines(gesture, {pk: ("ticket.undone", facts | {"tickets": others}) for pk in pks}, by=by)
        _stand_unanswered(gesture, held, stayed, now=now)
    announce(pks)
    return gesture


def _check(gesture: Gesture, held: Mapping[int, Ticket], pks: Sequence[int]) -> None:
    if gesture.undone_at is not None:
        raise CannotChange("That was undone already.")
    later = later_gesture(gesture, pks)
    if later is not None:
        raise CannotChange(
            f"Something was merged, split or moved here since ({later.get_kind_display().lower()}, #{later.home_id})."
            " Undo that first."
        )
    further = held[gesture.home_id].merged_into_id
    if further is not None:
        raise CannotChange(f"#{gesture.home_id} was itself brought to #{further} since; so this cannot be undone.")


def _restore(ticket: Ticket, trace: Trace, present: Mapping[str, dict[str, object]]) -> bool:
    """The columns; what somebody decided since stays. True where that is the priority."""
    for name, value in read_columns(trace.before).items():
        if name in DECIDED and present["ticket"][name] != trace.after["ticket"][name]:
            continue
        setattr(ticket, name, value)
    return bool(present["ticket"]["priority"] != trace.after["ticket"]["priority"])


def _leave_unmade(tickets: Sequence[Ticket]) -> None:
    """What was part of an incident that is none any more is no part of it. One statement, or none."""
    asked = {ticket.part_of_id for ticket in tickets if ticket.part_of_id is not None}
    standing = set(Incident.objects.filter(ticket__in=asked).values_list("ticket_id", flat=True)) if asked else asked
    for ticket in tickets:
        if ticket.part_of_id not in standing:
            ticket.part_of_id = None


def _put_back_tags(traces: Sequence[Trace]) -> None:
    """What the gesture added goes; what somebody tagged since stays. One statement, or none."""
    added = Q()
    for trace in traces:
        if more := set(trace.after["tags"]) - set(trace.before["tags"]):
            added |= Q(ticket=trace.ticket_id, tag__in=more)
    if added:
        Ticket.tags.through.objects.filter(added).delete()


def _put_back_skills(traces: Sequence[Trace]) -> None:
    """The same for the skills they need."""
    added = Q()
    for trace in traces:
        if more := set(trace.after.get("skills", ())) - set(trace.before.get("skills", ())):
            added |= Q(ticket=trace.ticket_id, skill__in=more)
    if added:
        Ticket.skills.through.objects.filter(added).delete()


def _retell(gesture: Gesture, held: Mapping[int, Ticket], traces: Sequence[Trace], kept: Mapping[int, bool]) -> None:
    """What happened since, in order, on the ticket where it is now: as it would have been without the gesture."""
    pks = [trace.ticket_id for trace in traces]
    new = Q(pk__gt=gesture.latest) | Q(outbox__settled_at__gt=gesture.at)
    heard = list(Message.objects.filter(new, ticket__in=pks).select_related("outbox"))
    turned = Activity.objects.filter(
        ticket=gesture.home_id, verb__in=("ticket.status", "reply.cancelled"), at__gt=gesture.at
    )
    lines = list(turned.order_by("at", "id"))
    touched = {message.ticket_id for message in heard} | {line.ticket_id for line in lines}
    touched |= {pk for pk, anew in kept.items() if anew}
    if any(line.verb == "reply.cancelled" for line in lines):
        touched |= set(pks)
    tickets = [held[pk] for pk in pks if pk in touched]
    if not tickets:
        return
    targets = load_targets()
    books = load_books(tickets, targets)
    for ticket in tickets:
        if kept[ticket.pk]:
            promise_anew(ticket, books[ticket.pk], targets)
    for _at, happened in sorted(_in_order(heard, lines), key=lambda one: one[0]):
        if happened.ticket_id in books:  # not what was done with a ticket that the gesture opened: that one is left
            _happen(gesture, held[happened.ticket_id], books[happened.ticket_id], happened)
    recount(tickets)
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    save_tickets(tickets)


def _in_order(heard: Iterable[Message], lines: Iterable[Activity]) -> list[tuple[datetime, Message | Activity]]:
    said: list[tuple[datetime, Message | Activity]] = [(message.sent_at, message) for message in heard]
    return said + [(line.at, line) for line in lines]


def _happen(gesture: Gesture, ticket: Ticket, book: sla.Book, happened: Message | Activity) -> None:
    if isinstance(happened, Activity):
        if happened.verb == "ticket.status" and happened.data["after"] != ticket.status:
            facts = {"reason": happened.data.get("reason", ""), "by": happened.actor_id}
            turn(ticket, book, Status(happened.data["after"]), at=happened.at, **facts)
    elif happened.pk > gesture.latest or happened.outbox.state == SendState.SENT:
        hear(ticket, book, happened)
    elif happened.outbox.state == SendState.FAILED:
        fail(ticket, book, at=happened.outbox.settled_at or happened.sent_at)


def _stand_unanswered(gesture: Gesture, held: Mapping[int, Ticket], traces: Sequence[Trace], *, now: datetime) -> None:
    """Whoever resolved one of them before, with an answer that failed or was taken back since, answered nobody."""
    since = Q(state=SendState.FAILED, settled_at__gt=gesture.at)
    failed = OutboxEntry.objects.filter(since, message__ticket__in=[trace.ticket_id for trace in traces])
    for entry in failed.select_related("message", "follows__message").order_by("pk"):
        not_sent(entry, held[entry.message.ticket_id or 0], now=now)
    lines = Activity.objects.filter(ticket=gesture.home_id, verb="reply.cancelled", at__gt=gesture.at)
    came = {pk: trace.ticket_id for trace in traces for pk in trace.before.get("messages", ())}
    gone = {pk: came[pk] for pk in lines.values_list("data__message", flat=True) if pk in came}
    if not gone:
        return
    written = Activity.objects.filter(ticket__in=gone.values(), verb="reply.queued", data__message__in=list(gone))
    for line in written.order_by("at", "pk"):
        taken_back(locked(held[gone[line.data["message"]]]), written_at=line.at, by=None, now=now)


def _empty_fresh(traces: Sequence[Trace], held: Mapping[int, Ticket], *, now: datetime) -> None:
    """A ticket that the gesture opened keeps its number and leads to where everything is again."""
    fresh = [held[trace.ticket_id] for trace in traces if trace.fresh]
    if not fresh:
        return
    source = next(held[trace.ticket_id] for trace in traces if not trace.fresh)
    books = load_books(fresh, load_targets())
    for ticket in fresh:
        empty(ticket, books[ticket.pk], into=source, now=now)
        sla.ticket_was_none(books[ticket.pk], now)
    save_books((ticket, books[ticket.pk]) for ticket in fresh)
    save_tickets(fresh)
