"""Takes messages out of a ticket: into a new one, or to another one. Each is one gesture that can be undone
(tickets/regrouping/undoing.py). How the ticket stands that they left: letting_go.py."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.choices import UNSETTLED_STATES, Direction, GestureKind, MessageKind, Metric, SendState, Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.errors import CannotChange, NeedsSure
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import staff
from tickets.live import announce
from tickets.merging import begin, note_lines, require_all
from tickets.models import Gesture, Message, MessageVersion, OutboxEntry, Ticket
from tickets.permissions import may_on
from tickets.promises.apart import talk_on
from tickets.promises.book import Book
from tickets.reading.last_word import said_on
from tickets.regrouping.journal import bring, hold, keep, look_at, save_tickets, skills_of
from tickets.regrouping.letting_go import Stays, let_go
from tickets.regrouping.recounting import hear, is_done, owe, recount

_WAITING = (*UNSETTLED_STATES, SendState.FAILED)
_VERBS = {
    GestureKind.SPLIT: ("ticket.split", "ticket.split_off"),
    GestureKind.MOVE: ("ticket.message_left", "ticket.message_came"),
}


@transaction.atomic
def split(ticket: Ticket, messages: Collection[int], *, by: User, now: datetime) -> Gesture:
    """These messages open a ticket of their own, in the same queue, with who has this one, needing the same skills and
    with the same promises, counted from when they were said. Raises CannotChange."""
    require_all([ticket.pk], by=by)
    source = hold([ticket.pk])[ticket.pk]
    rows = _chosen(source, messages)
    fresh = _open(source, rows, now=now)
    needed = Ticket.skills.through
    skills = sorted(skills_of([source.pk])[source.pk])
    needed.objects.bulk_create([needed(ticket_id=fresh.pk, skill_id=skill) for skill in skills])
    return _take(source, fresh, rows, kind=GestureKind.SPLIT, by=by, now=now)


@transaction.atomic
def move(message: Message, *, to: int, by: User, now: datetime, sure: bool = False) -> Gesture:
    """One message comes to another ticket. Raises CannotChange, and NeedsSure where that is another customer's."""
    source = message.ticket_id
    if source is None or source == to:
        raise CannotChange(_("It is on ticket #{to} already.").format(to=to) if source else _("It is on no ticket."))
    require_all([source, to], by=by)
    held = hold([source, to])
    rows, home = _chosen(held[source], [message.pk]), held[to]
    _check_home(held[source], home, rows, sure=sure)
    return _take(held[source], home, rows, kind=GestureKind.MOVE, by=by, now=now)


def from_here_on(message: Message) -> list[int]:
    """This message and everything after it on its ticket, for `split`."""
    rows = Message.objects.filter(ticket=message.ticket_id, sent_at__gte=message.sent_at)
    later = rows.values_list("pk", "sent_at")
    return [pk for pk, at in later if at > message.sent_at or pk >= message.pk]


def _chosen(source: Ticket, messages: Collection[int]) -> list[Message]:
    """The messages with what cannot be torn from them: the other parts of a thread, and answers to them that are not
    out yet."""
    said = {row.pk: row for row in source.messages.select_related("outbox", "identity").order_by("sent_at", "pk")}
    if not messages or set(messages) - said.keys():
        raise CannotChange(_("That message is not on ticket #%(number)s any more.") % {"number": source.pk})
    entries = {row.outbox.pk: row.outbox for row in said.values() if hasattr(row, "outbox")}
    spoken_to = _spoken_to(source, said, entries.values())
    chosen: set[int] = set()
    wanted = set(messages)
    while wanted - chosen:
        chosen |= wanted
        wanted = {pk for pk in _tied(chosen, spoken_to, entries) if pk in said}
    chosen -= _staying(chosen, spoken_to, entries)
    rows = [row for pk, row in said.items() if pk in chosen]
    _check_said(source, rows)
    return rows


def _check_said(source: Ticket, rows: Collection[Message]) -> None:
    """Something that was said has to go, and something to stay. Raises CannotChange. Two statements."""
    said, chosen = set(said_on([source.pk]).values_list("pk", flat=True)), {row.pk for row in rows}
    if rows and all(row.kind == MessageKind.NOTE for row in rows):
        raise CannotChange(_("A note stays with what it was written about. Choose a message."))
    if not said & chosen:
        raise CannotChange(
            _("It is not out yet, and goes with the message that it answers. Take out that one, or take it back.")
        )
    if not said - chosen:
        raise CannotChange(
            _("Nothing would stay on ticket #%(number)s. Merge it into the other one instead.") % {"number": source.pk}
        )


def _spoken_to(source: Ticket, said: Mapping[int, Message], entries: Collection[OutboxEntry]) -> dict[int, int | None]:
    """By each answer that is not out yet what it answers, by whichever of its ids. One statement, or none."""
    waiting = {row.message_id: said[row.message_id].in_reply_to for row in entries if row.state in _WAITING}
    numbers = {row.external_id: pk for pk, row in said.items() if row.external_id}
    if any(waiting.values()):
        former = MessageVersion.objects.filter(message__ticket=source, external_id__in=waiting.values())
        numbers |= dict(former.values_list("external_id", "message"))
    return {pk: numbers.get(number) for pk, number in waiting.items()}


def _staying(
    chosen: Collection[int], spoken_to: Mapping[int, int | None], entries: Mapping[int, OutboxEntry]
) -> set[int]:
    """Answers that are not out yet, thread and all, where what they answer stays."""
    found: set[int] = set()
    wanted = {pk for pk, said in spoken_to.items() if pk in chosen and said is not None and said not in chosen}
    while wanted - found:
        found |= wanted
        wanted = _parts(found, entries)
    return found


def _tied(chosen: Collection[int], spoken_to: Mapping[int, int | None], entries: Mapping[int, OutboxEntry]) -> set[int]:
    return _parts(chosen, entries) | {pk for pk, said in spoken_to.items() if said in chosen}


def _parts(chosen: Collection[int], entries: Mapping[int, OutboxEntry]) -> set[int]:
    """Of the threads of which any is chosen, those beside it."""
    following = [(row.message_id, _of(row.follows_id, entries)) for row in entries.values() if row.follows_id]
    return {one for one, before in following if before in chosen} | {
        before for one, before in following if one in chosen
    }


def _of(entry: int, entries: Mapping[int, OutboxEntry]) -> int:
    return entries[entry].message_id if entry in entries else 0


def _check_home(source: Ticket, home: Ticket, rows: Sequence[Message], *, sure: bool) -> None:
    if home.merged_into_id is not None:
        raise CannotChange(
            _("#%(number)s was brought to #%(home)s already.") % {"number": home.pk, "home": home.merged_into_id}
        )
    if source.private != home.private:
        raise CannotChange(_("Private words never join a public ticket, nor the reverse. Link the tickets instead."))
    if source.address_id != home.address_id:
        raise CannotChange(_("The two were written to different accounts. Link the tickets instead."))
    if is_done(home):
        raise CannotChange(
            _("#%(number)s is %(status)s. Reopen it first.")
            % {"number": home.pk, "status": home.get_status_display().lower()}
        )
    if not sure and any(row.identity and row.identity.customer_id != home.customer_id for row in rows):
        raise NeedsSure(_("#%(number)s is another customer's. Confirm that this is meant.") % {"number": home.pk})
    if not sure and home.private and any(row.identity_id not in (None, home.identity_id) for row in rows):
        raise NeedsSure(
            _("#%(number)s is a private talk with another handle. Confirm that this is meant.") % {"number": home.pk}
        )


def _open(source: Ticket, rows: Sequence[Message], *, now: datetime) -> Ticket:
    first = next((row for row in rows if row.direction == Direction.IN), rows[0])
    identity = first.identity or source.identity
    return Ticket.objects.create(
        address_id=source.address_id,
        customer_id=identity.customer_id,
        identity=identity,
        private=source.private,
        kind=first.kind,
        status=Status.NEW,
        priority=source.priority,
        queue_id=source.queue_id,
        folder_id=source.folder_id,
        assignee=_whose(source),
        sla_policy_id=source.sla_policy_id,
        opened_at=first.sent_at,
        created_at=now,
        last_message_at=first.sent_at,
    )


def _whose(source: Ticket) -> User | None:
    """Who has the one has what is split off it, however much is in their hand, unless they may not work it any more."""
    person = source.assignee
    return person if person is not None and may_on(person, "work", source) else None


def _take(
    source: Ticket, home: Ticket, rows: Sequence[Message], *, kind: GestureKind, by: User, now: datetime
) -> Gesture:
    fresh = (home.pk,) if kind == GestureKind.SPLIT else ()
    with one_gesture():
        gesture = begin(kind, home, by=by, now=now)
        together = {ticket.pk: ticket for ticket in (source, home)}
        before = look_at({pk: ticket for pk, ticket in together.items() if pk not in fresh})
        before[source.pk]["messages"] = [row.pk for row in rows]
        targets = load_targets()
        books = load_books(together.values(), targets)
        left = _unanswered(source, books[source.pk])
        bring({row.pk: home.pk for row in rows})
        _receive(home, books[home.pk], rows, left, now=now)
        stays = let_go(source, books[source.pk], rows, at=now)
        recount([source, home])
        save_books((ticket, books[pk]) for pk, ticket in together.items())
        save_tickets(together.values())
        gesture.save(force_insert=True)
        keep(gesture, before, look_at(together), fresh=fresh)
        _tell(gesture, source, len(rows), stays, by=by)
        if fresh and home.assignee_id is not None:
            note_activity(home, "ticket.assigned", by=by, at=now, **{"to": home.assignee_id, "from": None})
        _staff(source, home, stays, now=now)
    announce(together)
    return gesture


def _unanswered(source: Ticket, book: Book) -> dict[datetime, Metric]:
    """When what nobody answered was asked, and which answer is owed to it. Six statements where others were merged into
    it, else none."""
    if source.merged_at is not None:
        talk = talk_on(source)
        return {one.at: talk.metric(one) for one in talk.unanswered()}
    metric = book.awaited.metric if book.awaited is not None else Metric.NEXT_RESPONSE
    return dict.fromkeys(book.asked, metric)


def _receive(
    home: Ticket, book: Book, rows: Sequence[Message], unanswered: Mapping[datetime, Metric], *, now: datetime
) -> None:
    """What was unanswered where it was asked is so where it comes to, whatever was answered there since."""
    answered_at = max([row.sent_at for row in rows if row.direction == Direction.OUT], default=None)
    last = max((at for at in (answered_at, book.answered_at) if at is not None), default=None)
    owed: list[datetime] = []
    for row in rows:
        if row.direction == Direction.IN and row.sent_at in unanswered and last is not None and row.sent_at <= last:
            owed.append(row.sent_at)
        else:
            hear(home, book, row)
    for at in owed:
        owe(home, book, unanswered[at], at=at, now=now)


def _staff(source: Ticket, home: Ticket, stays: Stays, *, now: datetime) -> None:
    """It wants somebody again, or leaves them room for another one."""
    if stays.opened:
        facts = {"before": Status.RESOLVED, "after": source.status, "answer_on": home.pk}
        note_activity(source, "ticket.status", by=None, at=now, **facts)
    if stays.opened or stays.became:
        staff(source, came_back=stays.opened, now=now)


def _tell(gesture: Gesture, source: Ticket, count: int, stays: Stays, *, by: User) -> None:
    facts: dict[str, Any] = {"gesture": str(gesture.pk), "count": count}
    became: dict[str, Any] = {"became": stays.became} if stays.became else {}
    left, came = _VERBS[GestureKind(gesture.kind)]
    told = {
        source.pk: (left, {"ticket": gesture.home_id} | facts | became),
        gesture.home_id: (came, {"ticket": source.pk} | facts),
    }
    note_lines(gesture, told, by=by)
