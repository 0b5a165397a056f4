"""Makes one ticket of several, in one gesture that can be undone (tickets/regrouping/undoing.py). What becomes of
status, clocks and the rest is decided by tickets/regrouping/uniting.py; what happened is kept by
tickets/regrouping/journal.py.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets import sla
from tickets.choices import CATEGORY_OF, GestureKind, Status, StatusCategory
from tickets.clocks import Targets, load_books, load_targets, promise_later, save_books, speak_of_less
from tickets.errors import CannotChange, NeedsSure, NotAllowed
from tickets.history import current_gesture, note_activities, one_gesture
from tickets.live import announce
from tickets.models import Gesture, Incident, Ticket
from tickets.permissions import require, require_on, visible_tickets
from tickets.promises.book import Book, Pause
from tickets.regrouping.journal import (
    bring_along,
    bring_watchers,
    hold,
    keep,
    look_at,
    newest_message,
    save_tickets,
    skills_of,
    tags_of,
)
from tickets.regrouping.uniting import Asleep, Standing, carry_promises, unite
from tickets.resting.reopening import stand_unresolved

Books = Mapping[int, Book]

MOST = 200  # tickets in one gesture


@transaction.atomic
def merge(
    tickets: Collection[int], *, into: int, by: User | None, now: datetime, sure: bool = False, why: str = ""
) -> Gesture:
    """Everything that was said on `tickets` is on `into` from now on, and what comes later follows. A fixed number of
    statements, however many tickets. `by` None: the account's rule did it, for the reason `why`. Raises CannotChange,
    and NeedsSure where several customers' words would come together and nobody said that this is meant.
    """
    others = sorted(set(tickets) - {into})
    check_number(others)
    if by is not None:
        require_all([into, *others], by=by)
    held = hold([into, *others])
    home, left = held[into], [held[pk] for pk in others]
    check(home, left, sure=sure)
    with one_gesture():
        gesture = begin(GestureKind.MERGE, home, by=by, now=now)
        together = {ticket.pk: ticket for ticket in (home, *left)}
        before, was = look_at(together), copy(home)
        _unite(home, left, now=now)
        kept = bring_along(others, into)
        for pk in others:
            before[pk] |= kept.of(pk)
        gesture.save(force_insert=True)
        keep(gesture, before, look_at(together), fresh=())
        _tell(gesture, others, _became(home, was) | ({"why": why} if why else {}))
    announce(together)
    return gesture


def begin(kind: GestureKind, home: Ticket, *, by: User | None, now: datetime) -> Gesture:
    """Inside `one_gesture`; saved by the caller."""
    return Gesture(pk=current_gesture(), kind=kind, home=home, by=by, at=now, latest=newest_message())


def check_number(others: Collection[int]) -> None:
    if not others:
        raise CannotChange(_("Choose at least two tickets to merge."))
    if len(others) >= MOST:
        raise CannotChange(_("Up to %(most)s tickets are merged at once.") % {"most": MOST})


def require_all(pks: Collection[int], *, by: User) -> None:
    """Raises NotAllowed for who may not work every one of them, in whatever queue each is. One statement."""
    require(by, "work")
    rows = visible_tickets(by).filter(pk__in=pks).select_related("queue").only("private", "queue__name")
    seen = {ticket.pk: ticket for ticket in rows}
    if missing := sorted(set(pks) - seen.keys()):
        raise NotAllowed(_("There is no ticket #%(missing)s that you may work.") % {"missing": missing[0]})
    for pk in pks:
        require_on(by, "work", seen[pk])


def check(home: Ticket, others: Sequence[Ticket], *, sure: bool) -> None:
    """Raises CannotChange with the reason for which these stay apart; linking them is possible all the same."""
    for ticket in (home, *others):
        if ticket.merged_into_id is not None:
            raise CannotChange(
                _("#%(number)s was brought to #%(home)s already.")
                % {"number": ticket.pk, "home": ticket.merged_into_id}
            )
    for ticket in others:
        if ticket.private != home.private:
            private, public = (ticket, home) if ticket.private else (home, ticket)
            raise CannotChange(
                _(
                    "#%(number)s is private and #%(other)s is public: private words never join a public ticket, "
                    "nor the reverse. Link them instead."
                )
                % {"number": private.pk, "other": public.pk}
            )
        if ticket.address_id != home.address_id:
            raise CannotChange(
                _(
                    "#%(number)s and #%(other)s were written to different accounts, and an answer goes out from "
                    "one. Link them instead."
                )
                % {"number": ticket.pk, "other": home.pk}
            )
    _check_incidents(home, others)
    undone = [ticket for ticket in others if CATEGORY_OF[Status(ticket.status)] != StatusCategory.DONE]
    if home.status == Status.CLOSED and undone:
        raise CannotChange(
            _("#%(number)s is closed for good. Merge it into #%(other)s instead, or reopen it first.")
            % {"number": home.pk, "other": undone[0].pk}
        )
    strange = [ticket for ticket in others if ticket.customer_id != home.customer_id]
    if strange and not sure:
        raise NeedsSure(
            _("#%(number)s and #%(other)s are of different customers. Confirm that this is meant.")
            % {"number": strange[0].pk, "other": home.pk}
        )
    others_talk = [ticket for ticket in others if ticket.private and ticket.identity_id != home.identity_id]
    if others_talk and not sure:
        raise NeedsSure(
            _("#%(number)s and #%(other)s are private talks with different handles. Confirm that this is meant.")
            % {"number": others_talk[0].pk, "other": home.pk}
        )


def _check_incidents(home: Ticket, others: Sequence[Ticket]) -> None:
    """Parts lead to an incident; it stays where it is. And what is one is no part of another."""
    found = set(Incident.objects.filter(ticket__in=[home, *others]).values_list("ticket_id", flat=True))
    for ticket in others:
        if ticket.pk in found:
            raise CannotChange(
                _("#%(number)s is an incident, which others are part of. Merge into it instead.")
                % {"number": ticket.pk}
            )
        if home.pk in found and ticket.part_of_id not in (None, home.pk):
            raise CannotChange(
                _("#%(number)s is part of another incident. Take it out there first.") % {"number": ticket.pk}
            )


def standing_of(ticket: Ticket, tags: Collection[int], skills: Collection[int] = ()) -> Standing:
    return Standing(
        status=ticket.status,
        priority=ticket.priority,
        assignee=ticket.assignee_id,
        folder=ticket.folder_id,
        tags=frozenset(tags),
        skills=frozenset(skills),
        last_message_at=ticket.last_message_at,
        asleep=_asleep(ticket),
    )


def _asleep(ticket: Ticket) -> Asleep | None:
    since, until = ticket.snoozed_at, ticket.snoozed_until
    return Asleep(since=since, until=until, by=ticket.snoozed_by_id, reason=ticket.snooze_reason) if since else None


def foresee_due(into: Ticket, others: Sequence[Ticket], *, now: datetime) -> datetime | None:
    """When something would be due next if they were merged now; nothing is changed. Five statements, and those of
    `_look_past_resolutions`."""
    home, left = copy(into), [copy(one) for one in others]
    together = [home, *left]
    tags, targets = tags_of(ticket.pk for ticket in together), load_targets()
    books = load_books(together, targets)
    _look_past_resolutions(together, books, now=now)
    united = unite(standing_of(home, tags[home.pk]), [standing_of(one, tags[one.pk]) for one in left])
    _promise_together(home, united, left, books, targets, now=now)
    due = books[home.pk].next_due
    return due.due_at if due else None


def _look_past_resolutions(together: Sequence[Ticket], books: Books, *, now: datetime) -> None:
    """What one of them was resolved with is not out yet, and another one is still to be done: the whole owes what was
    promised there until the answer is out. Where all of them are done it stays so."""
    if any(CATEGORY_OF[Status(one.status)] != StatusCategory.DONE for one in together):
        stand_unresolved(together, books, now=now)


def _unite(home: Ticket, left: Sequence[Ticket], *, now: datetime) -> None:
    """Columns, tags, skills, clocks and pauses of all of them. Fifteen statements at most."""
    together = [home, *left]
    tags, targets = tags_of(ticket.pk for ticket in together), load_targets()
    books = load_books(together, targets)
    skills = skills_of(ticket.pk for ticket in together)
    _look_past_resolutions(together, books, now=now)
    stand = [standing_of(one, tags[one.pk], skills[one.pk]) for one in together]
    united = unite(stand[0], stand[1:])
    stripped = _promise_together(home, united, left, books, targets, now=now)
    home.assignee_id, home.folder_id = united.assignee, united.folder
    home.rouse()
    if (asleep := united.asleep) is not None:
        home.snoozed_at, home.snoozed_until = asleep.since, asleep.until
        home.snoozed_by_id, home.snooze_reason = asleep.by, asleep.reason
    if CATEGORY_OF[Status(home.status)] != StatusCategory.DONE:
        home.resolved_at = None
    home.merged_at = now
    _gather(home, left)
    for ticket in left:
        empty(ticket, books[ticket.pk], into=home, now=now)
    save_books((ticket, books[ticket.pk]) for ticket in together)
    speak_of_less(stripped)
    save_tickets(together)
    through = Ticket.tags.through
    bring_watchers([one.pk for one in left], home.pk)
    needed = Ticket.skills.through
    needs = sorted(united.skills - skills[home.pk])
    needed.objects.bulk_create([needed(ticket_id=home.pk, skill_id=skill) for skill in needs])
    added = sorted(united.tags - tags[home.pk])
    through.objects.bulk_create([through(ticket_id=home.pk, tag_id=tag) for tag in added])


def _promise_together(
    home: Ticket, united: Standing, left: Sequence[Ticket], books: Books, targets: Targets, *, now: datetime
) -> list[Pause]:
    """Status, priority and promises of the one; returns earlier pauses that speak of less now."""
    book, rest = books[home.pk], [books[one.pk] for one in left]
    raised = home.priority != united.priority
    home.status, home.priority = united.status, united.priority
    if raised:
        promise_later(home, book, targets)  # nobody is late by a merge
    answered = [one.answered_at for one in (book, *rest)]
    book.answered_at = max((at for at in answered if at is not None), default=None)
    return carry_promises(book, rest, status=Status(home.status), at=now)


def _gather(home: Ticket, left: Sequence[Ticket]) -> None:
    """What lists show of all that was said."""
    together = [home, *left]
    latest = max(together, key=lambda one: (one.message_count > 0, one.last_message_at))
    home.last_message_at, home.last_text, home.last_by_us = latest.last_message_at, latest.last_text, latest.last_by_us
    home.opened_at = min(one.opened_at for one in together)
    heard = [one.last_inbound_at for one in together if one.last_inbound_at is not None]
    home.last_inbound_at = max(heard, default=None)
    home.part_of_id = home.part_of_id or next((one.part_of_id for one in left if one.part_of_id != home.pk), None)
    home.message_count = sum(one.message_count for one in together)


def empty(ticket: Ticket, book: Book, *, into: Ticket, now: datetime) -> None:
    """Nothing is left there: it is closed, promises nothing that counts, and leads to where everything is."""
    ticket.status, ticket.resolved_at, ticket.merged_into = Status.CLOSED, now, into
    ticket.message_count, ticket.last_text = 0, ""
    ticket.rouse()
    ticket.part_of = None
    sla.status_became(book, Status.CLOSED, now)
    sla.ticket_lapsed(book, now)


def note_lines(gesture: Gesture, told: Mapping[int, tuple[str, dict[str, Any]]], *, by: User | None) -> None:
    """One line of history for each ticket. One statement."""
    lines = [(pk, verb, data) for pk, (verb, data) in told.items()]
    note_activities(lines, by=by, at=gesture.undone_at or gesture.at)


def _became(home: Ticket, was: Ticket) -> dict[str, Any]:
    """What the merge made of the one, as its history tells it."""
    raised = {"raised_from": was.priority, "raised_to": home.priority} if home.priority != was.priority else {}
    return raised | ({"to": home.assignee_id} if home.assignee_id != was.assignee_id else {})


def _tell(gesture: Gesture, others: Sequence[int], more: Mapping[str, Any]) -> None:
    facts = {"gesture": str(gesture.pk)} | ({"why": more["why"]} if "why" in more else {})
    told: dict[int, tuple[str, dict[str, Any]]] = {
        pk: ("ticket.merged", {"ticket": gesture.home_id} | facts) for pk in others
    }
    told[gesture.home_id] = ("ticket.took_in", {"tickets": list(others), **more} | facts)
    note_lines(gesture, told, by=gesture.by)
