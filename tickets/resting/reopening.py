"""What was resolved while its answer was on its way, and the answer does not go out; and a resolution that is undone.
In words: docs/rules.md, "Resolved, and the answer does not go out".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Max, Q
from django.utils.dateparse import parse_datetime

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import UNDONE_STATUSES, Direction, Status
from tickets.clocks import load_books, load_targets, save_books, speak_of_less
from tickets.history import Line, note_activities, note_activity, one_gesture
from tickets.lifecycle import locked, run_clock, staff
from tickets.models import Activity, Message, OutboxEntry, Ticket
from tickets.promises.asked import answers_in_private, asked_with
from tickets.promises.book import Book
from tickets.promises.reprioritised import reprioritised
from tickets.promises.unresolving import fallen, hollow, left_unanswered, unresolve, wait_on
from tickets.regrouping.uniting import carry_promises
from tickets.resting.answered import another_goes, is_answered, owing
from tickets.resting.under_way import answers_to

_FIELDS = ("status", "resolved_at", "snoozed_at", "snoozed_until", "next_due_at", "next_due_metric")


def taken_back(
    ticket: Ticket, *, written_at: datetime, by: User | None, now: datetime, until: datetime | None = None
) -> None:
    """The answer written then was taken back before it was out: whoever resolved the ticket since (`until` then, where
    that was some time ago) took the customer for answered. It stands as before. For a ticket that the caller has
    locked; a gesture's own line says so."""
    _owe_what_came(ticket, since=written_at, now=now)
    lines = [line for line in _resolutions(ticket, since=written_at) if until is None or line.at <= until]
    moments = {line.at for line in lines}
    if not lines or another_goes(ticket, lines):
        return
    if ticket.status != Status.RESOLVED:
        _forget(ticket, moments)
    elif ticket.resolved_at == lines[-1].at and not is_answered(ticket):
        as_before({ticket.pk: lines[-1]}, [ticket], woken_since=written_at, moments=moments, by=by, now=now)
        staff(ticket, came_back=True, now=now)


def not_sent(entry: OutboxEntry, ticket: Ticket, *, now: datetime, before: bool = False, alone: bool = False) -> None:
    """An answer did not go out: the ticket does not wait for the customer, and whoever resolved it meanwhile took them
    for answered. It is ours to act on, with all that was promised; so is the public one whose question it answers in
    private. `before`: that was some time ago, and what was answered since waits. `alone`: the other one heard of it
    then, and its status was told. A fixed number of statements."""
    for one in [locked(ticket)] if alone else locked_with(entry.message, ticket):
        opens = not alone and ((one.pk == ticket.pk and not before) or not is_answered(one, but=entry))
        if one.status == Status.PENDING and opens:
            one.status = Status.OPEN
            run_clock(one, lambda book: sla.status_became(book, Status.OPEN, now), "status")
        if not entry.message.automated and one.merged_into_id is None:
            _open_again(entry, one, until=entry.settled_at if before else None, now=now)


def locked_with(message: Message, ticket: Ticket) -> list[Ticket]:
    """`ticket`, where the message is, and the public one whose question it answers in private; in the order in which
    everybody locks them."""
    public = asked_with(message) if ticket.private else None
    both = {one.pk: one for one in (ticket, public) if one is not None}
    return [locked(both[pk]) for pk in sorted(both)]


def _open_again(entry: OutboxEntry, ticket: Ticket, *, until: datetime | None, now: datetime) -> None:
    """`until`: when it was known that it is not out, and resolved since then was not resolved with it."""
    _owe_what_came(ticket, since=entry.created_at, now=now)
    if not _resolutions(ticket, since=entry.created_at):
        return
    lines = [line for line in _resolutions(ticket, since=_ordered_at(entry)) if until is None or line.at <= until]
    moments = {line.at for line in lines}
    if not lines or another_goes(ticket, lines):
        return
    if ticket.status != Status.RESOLVED:
        _forget(ticket, moments)
    elif ticket.resolved_at == lines[-1].at and not is_answered(ticket, but=entry):
        _stand(ticket, Status.OPEN, moments, now=now)
        here = entry.message_id if ticket.private == entry.private else True  # what is private is not named in public
        note_activity(ticket, "ticket.status", by=None, at=now, before=Status.RESOLVED, after=Status.OPEN, unsent=here)
        staff(ticket, came_back=True, now=now)


def not_out_after_all(entry: OutboxEntry, *, now: datetime) -> None:
    """It counted as out, and nobody knows whether it is: what it answered is owed again, and it has failed."""
    ticket = Ticket.objects.filter(messages=entry.message_id).first()
    if ticket is None:
        return
    for one in locked_with(entry.message, ticket):
        answered = Q(ticket=one) | Q(pk__in=answers_in_private([one.pk]))
        ours = Message.objects.filter(answered, direction=Direction.OUT, automated=False, external_id__isnull=False)
        one.last_outbound_at = ours.aggregate(last=Max("sent_at"))["last"]
        one.save(update_fields=["last_outbound_at"])
        book = load_books([one], load_targets())[one.pk]
        book.disturbed = True
        save_books([(one, book)])
        one.save(update_fields=["next_due_at", "next_due_metric", "last_outbound_at"])
    facts = {"code": entry.code, "reason": entry.reason}
    with one_gesture():
        note_activity(ticket, "reply.failed", by=None, at=now, message=entry.message_id, **facts)
        not_sent(entry, ticket, now=now)


def as_before(
    lines: Mapping[int, Activity],
    tickets: Sequence[Ticket],
    *,
    woken_since: datetime,
    by: User | None,
    now: datetime,
    moments: Collection[datetime] = (),
) -> None:
    """Resolutions (`lines`: each ticket's own of history) are undone before anything else happened: status, promises
    and what was put aside stand as if they had not been. `moments`: so are those before it, of the same unanswered
    words. A fixed number of statements."""
    books, anew = load_books(tickets, load_targets()), reprioritised(tickets)
    told: list[Line] = []
    for ticket in tickets:
        status = Status(lines[ticket.pk].data["before"])
        stand_again(ticket, books[ticket.pk], status, moments, anew=anew.get(ticket.pk), now=now)
        told.append((ticket.pk, "ticket.status", {"before": Status.RESOLVED, "after": status, "taken_back": True}))
    told += put_aside_again(tickets, since=woken_since, now=now)
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    update_rows(Ticket, ["id", *_FIELDS], [[one.pk, *(getattr(one, name) for name in _FIELDS)] for one in tickets])
    note_activities(told, by=by, at=now)


def stand_unresolved(tickets: Iterable[Ticket], books: Mapping[int, Book], *, now: datetime) -> None:
    """Those of them that were resolved with an answer still on its way stand as before that, with what was promised:
    not saved, for who brings them together. Four statements, and one for each of those."""
    done = {one.pk: one for one in tickets if one.status == Status.RESOLVED}
    known = owing(done) if done else set()
    resolved = {pk: one for pk, one in done.items() if not is_answered(one, known=known)}
    if not resolved:
        return
    since = answers_to(resolved)
    anew = reprioritised(resolved[pk] for pk in since)
    for pk, written_at in since.items():
        ticket = resolved[pk]
        lines = _resolutions(ticket, since=written_at)
        if lines and ticket.resolved_at == lines[-1].at:
            moments, status = {one.at for one in lines}, Status(lines[-1].data["before"])
            stand_again(ticket, books[pk], status, moments, anew=anew.get(pk), now=now)


def stand_without_answer(ticket: Ticket, book: Book, *, written_at: datetime, now: datetime) -> bool:
    """The answer written then, and on its way, was brought to another ticket: resolved with that one alone, it stands
    as before it was resolved. Whether it does; not saved."""
    lines = _resolutions(ticket, since=written_at)
    if ticket.status != Status.RESOLVED or not lines or ticket.resolved_at != lines[-1].at:
        return False
    if another_goes(ticket, lines):
        return False
    moments, anew = {one.at for one in lines}, reprioritised([ticket]).get(ticket.pk)
    stand_again(ticket, book, Status(lines[-1].data["before"]), moments, anew=anew, now=now)
    return True


def stand_again(
    ticket: Ticket,
    book: Book,
    status: Status,
    moments: Collection[datetime],
    *,
    anew: datetime | None,
    now: datetime,
) -> None:
    """As if it had not been resolved, nor at these moments before while something was asked that nobody answered; not
    saved. `anew`: when somebody gave it another priority meanwhile, for what goes on takes its targets."""
    resolved_at = ticket.resolved_at or now
    ticket.status, ticket.resolved_at = status, None
    book.done = False
    unresolve(book, {resolved_at} | hollow(book, moments))
    if not wait_on(book, status, since=resolved_at):
        sla.status_became(book, status, now)
    if anew is not None:
        sla.retarget(book, at=anew)


def _stand(ticket: Ticket, status: Status, moments: Collection[datetime], *, now: datetime) -> None:
    book = load_books([ticket], load_targets())[ticket.pk]
    stand_again(ticket, book, status, moments, anew=reprioritised([ticket]).get(ticket.pk), now=now)
    save_books([(ticket, book)])
    ticket.save(update_fields=_FIELDS)


def _forget(ticket: Ticket, moments: Collection[datetime]) -> None:
    """Somebody opened it again before: how it stands stays; what was promised counts from when it was asked."""
    book = load_books([ticket], load_targets())[ticket.pk]
    if forgotten := hollow(book, moments):
        unresolve(book, forgotten)
        save_books([(ticket, book)])
        ticket.save(update_fields=["next_due_at", "next_due_metric"])


def _owe_what_came(ticket: Ticket, *, since: datetime, now: datetime) -> None:
    """Tickets that were resolved with the answer on its way were brought here meanwhile: what was promised there is
    owed here, as if the merge had found it running. For a ticket that the caller has locked."""
    resolved = Activity.objects.filter(verb="ticket.status", data__after=Status.RESOLVED, at__gte=since)
    lines = resolved.filter(ticket__merged_into=ticket, data__before__in=UNDONE_STATUSES).select_related("ticket")
    moments: dict[int, set[datetime]] = defaultdict(set)
    for line in lines:
        moments[line.ticket_id].add(line.at)
    if not moments or ticket.status in (Status.CLOSED, Status.IGNORED):
        return
    books = load_books([ticket, *{line.ticket_id: line.ticket for line in lines}.values()], load_targets())
    owed = [clock for pk, ended in moments.items() for clock in fallen(books[pk], ended)]
    if is_answered(ticket) and not left_unanswered(books[ticket.pk], owed):
        return
    for pk, ended in moments.items():
        unresolve(books[pk], ended)
    if ticket.status == Status.RESOLVED:
        ticket.status, ticket.resolved_at = Status.OPEN, None
        books[ticket.pk].done = False
        note_activity(ticket, "ticket.status", by=None, at=now, before=Status.RESOLVED, after=Status.OPEN, unsent=True)
    others = [books[pk] for pk in moments]
    stripped = carry_promises(books[ticket.pk], others, status=Status(ticket.status), at=now)
    save_books([(ticket, books[ticket.pk])])
    speak_of_less(stripped)
    ticket.save(update_fields=_FIELDS)


def _resolutions(ticket: Ticket, *, since: datetime) -> Sequence[Activity]:
    """By people, in order, of what was to be done until then."""
    lines = Activity.objects.filter(ticket=ticket, verb="ticket.status", data__after=Status.RESOLVED, at__gte=since)
    return list(lines.filter(data__before__in=UNDONE_STATUSES).order_by("at", "pk"))


def _ordered_at(entry: OutboxEntry) -> datetime:
    """When somebody wanted it sent last: what was resolved before that was not resolved with it."""
    again = Activity.objects.filter(ticket__messages=entry.message_id, verb="reply.queued", data__again=True)
    last = again.filter(data__message=entry.message_id).aggregate(last=Max("at"))["last"]
    return max(entry.created_at, last) if last is not None else entry.created_at


def put_aside_again(
    tickets: Sequence[Ticket], *, since: datetime, now: datetime, gesture: UUID | None = None
) -> Iterator[Line]:
    """What the undone gesture woke, while its moment is still to come and the customer has not written since.
    `gesture`: that one, where all of it is known to be one."""
    woke = Activity.objects.filter(ticket__in=tickets, verb="ticket.woke", at__gte=since)
    woke = woke.filter(gesture=gesture) if gesture else woke
    latest = {line.ticket_id: line for line in woke.order_by("ticket", "-at", "-pk").distinct("ticket")}
    for ticket in tickets:
        line = latest.get(ticket.pk)
        if line is None or "since" not in line.data or ticket.snoozed_at is not None:
            continue
        until = parse_datetime(line.data["until"]) if line.data["until"] else None
        wrote = ticket.last_inbound_at is not None and ticket.last_inbound_at > line.at
        if not wrote and (until is None or until > now):
            ticket.snoozed_at, ticket.snoozed_until = parse_datetime(line.data["since"]), until
            yield ticket.pk, "ticket.snoozed", {"until": line.data["until"]} if until else {}
