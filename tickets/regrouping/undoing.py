"""Undoes a merge, a split or a move: every ticket stands again as it did, and what happened since is told to the ticket
it belongs to. In words: docs/rules.md, "Undoing".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tickets import sla
from tickets.choices import SendState
from tickets.clocks import load_books, load_targets, save_books
from tickets.errors import CannotChange
from tickets.history import one_gesture
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.merging import empty, note_lines, require_all
from tickets.models import Activity, Gesture, Incident, OutboxEntry, Ticket, Trace
from tickets.permissions import require
from tickets.promises.asked import answers_in_private, public_of
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
from tickets.regrouping.recounting import is_done
from tickets.regrouping.replaying import lines_since, priority_of, raised_by_clock, replay
from tickets.regrouping.returning import where_to
from tickets.regrouping.standing import ASIDE, leave_out_the_gone, woken_by_its_moment
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
    leave_out_the_gone(traces)
    present = look_at({pk: held[pk] for pk in pks})
    moved = where_to(gesture, traces)
    bring(moved)
    take_back(traces, gesture.home_id, moved)
    stayed = [trace for trace in traces if not trace.fresh]
    if len(stayed) < len(traces):
        bring_along([gesture.home_id], stayed[0].ticket_id)
    lines = lines_since(gesture, stayed)
    chosen = _chosen_priorities(stayed, lines, present)
    _put_back(gesture, held, stayed, present, chosen, now=now)
    replay(gesture, held, stayed, lines, chosen=chosen, now=now)
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
        raise CannotChange(_("That was undone already."))
    later = later_gesture(gesture, pks)
    if later is not None:
        raise CannotChange(
            _("Something was merged, split or moved here since (%(status)s, #%(home)s). Undo that first.")
            % {"status": later.get_kind_display().lower(), "home": later.home_id}
        )
    further = held[gesture.home_id].merged_into_id
    if further is not None:
        raise CannotChange(
            _("#%(home)s was itself brought to #%(further)s since; so this cannot be undone.")
            % {"home": gesture.home_id, "further": further}
        )


def _put_back(
    gesture: Gesture,
    held: Mapping[int, Ticket],
    stayed: Sequence[Trace],
    present: Mapping[int, Mapping[str, dict[str, Any]]],
    chosen: Mapping[int, str],
    *,
    now: datetime,
) -> None:
    woken = woken_by_its_moment(gesture, stayed, present, now=now)
    for trace in stayed:
        _restore(held[trace.ticket_id], trace, present[trace.ticket_id], sleeps=trace.ticket_id in woken)
    for pk, priority in chosen.items():
        held[pk].priority = priority
    put_back_rows({trace.ticket_id: trace.before for trace in stayed})
    _put_back_tags(stayed)
    _put_back_skills(stayed)
    let_watchers_go(stayed)
    _leave_unmade([held[trace.ticket_id] for trace in stayed])
    renew_words(held[trace.ticket_id] for trace in stayed)
    save_tickets(held[trace.ticket_id] for trace in stayed)


def _restore(ticket: Ticket, trace: Trace, present: Mapping[str, dict[str, Any]], *, sleeps: bool) -> None:
    """The columns; what somebody decided since stays, but nothing done is put aside. `sleeps`: as it was aside, too."""
    for name, value in read_columns(trace.before).items():
        stands = present["ticket"][name] == trace.after["ticket"][name] or (sleeps and name in ASIDE)
        if name not in DECIDED or stands:
            setattr(ticket, name, value)
    if is_done(ticket):
        ticket.rouse()


def _chosen_priorities(
    traces: Sequence[Trace], lines: Sequence[Activity], present: Mapping[int, Mapping[str, dict[str, Any]]]
) -> dict[int, str]:
    """Of those that were given one since, it may be the same again, which they have."""
    given = {line.ticket_id for line in lines if priority_of(line) or raised_by_clock(line)}
    now = {trace.ticket_id: str(present[trace.ticket_id]["ticket"]["priority"]) for trace in traces}
    before = {trace.ticket_id: trace.after["ticket"]["priority"] for trace in traces}
    return {pk: priority for pk, priority in now.items() if pk in given or priority != before[pk]}


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


def _stand_unanswered(gesture: Gesture, held: Mapping[int, Ticket], traces: Sequence[Trace], *, now: datetime) -> None:
    """Whoever resolved one of them before, with an answer that failed or was taken back since, answered nobody."""
    pks = [trace.ticket_id for trace in traces]
    since = OutboxEntry.objects.filter(state=SendState.FAILED, settled_at__gt=gesture.at).order_by("pk")
    failed = since.select_related("message", "follows__message")
    for entry in failed.filter(message__ticket__in=pks):
        not_sent(entry, held[entry.message.ticket_id or 0], now=now, before=True)
    for entry in failed.filter(message__in=answers_in_private(pks)).annotate(asked_on=public_of("message__")):
        not_sent(entry, held[entry.asked_on], now=now, before=True, alone=True)
    homes = Gesture.objects.filter(at__gt=gesture.at, traces__ticket__in=pks).values_list("home", flat=True)
    lines = Activity.objects.filter(ticket__in={gesture.home_id, *homes}, verb="reply.cancelled", at__gt=gesture.at)
    came = {pk: trace.ticket_id for trace in traces for pk in trace.before.get("messages", ())}
    back = lines.values_list("data__message", "at")
    # What was written since is none of what was resolved before.
    gone = {pk: (came.get(pk, gesture.home_id), until) for pk, until in back if pk <= gesture.latest}
    gone |= _taken_back_in_private(gesture, pks)
    if not gone:
        return
    asked = {ticket for ticket, _ in gone.values()}
    written = Activity.objects.filter(verb="reply.queued", data__message__in=list(gone))
    written = written.filter(Q(ticket__in=asked) | Q(ticket__asked_on__in=asked))
    for line in written.order_by("at", "pk"):
        ticket, until = gone[line.data["message"]]
        taken_back(locked(held[ticket]), written_at=line.at, until=until, by=None, now=now)


def _taken_back_in_private(gesture: Gesture, pks: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """Message → which of these public tickets it was to answer, and when it was taken back. One statement."""
    lines = Activity.objects.filter(ticket__asked_on__in=pks, verb="reply.cancelled", at__gt=gesture.at)
    rows = lines.values_list("data__message", "ticket__asked_on", "at")
    return {pk: (asked, until) for pk, asked, until in rows if asked is not None}


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
