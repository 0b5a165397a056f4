"""Puts matched messages on tickets, many at a time: opens, joins, reopens; then writes everything set-wise.

Used by intake alone. Nothing is written before `save`, and `save` is a fixed number of statements.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from kapture.sets import copy_objects, copy_rows, insert_missing, reserve_keys, update_rows
from tickets import sla
from tickets.choices import Direction, MatchAction, MessageKind, Status, Visibility
from tickets.clocks import Targets, load_books, load_targets, open_book, promise_anew, save_books
from tickets.composing.fetching import ring_fetcher
from tickets.finding.entries import index
from tickets.history import wake_tellers
from tickets.inbound import InboundMessage
from tickets.lifecycle import note_answer, note_question
from tickets.matching import Match
from tickets.models import Activity, Address, Identity, Media, MediaFetch, Message, Ticket
from tickets.promises.apart import told_late
from tickets.promises.asked import note_asked
from tickets.promises.book import Book
from tickets.promises.sides import Talk
from tickets.reading.last_word import LAST_WORD, tell_last_word
from tickets.receiving.candidates import Links, facts_of
from tickets.receiving.loose import LooseEnds
from tickets.receiving.placing import House
from tickets.receiving.rows import media_row, message_row
from tickets.resting.under_way import Unanswered
from tickets.rules.applying import Steering, lines_of
from tickets.rules.deciding import Decision
from tickets.rules.evidence import Heard
from tickets.rules.sensing import language_said
from tickets.staffing.returning import free_moved

_TICKET_COLUMNS = (
    "id",
    "status",
    "opened_at",
    *LAST_WORD,
    "last_inbound_at",
    "last_outbound_at",
    "message_count",
    "next_due_at",
    "next_due_metric",
    "resolved_at",
    "snoozed_at",
    "snoozed_until",
)


@dataclass(slots=True)
class Item:
    """One message of the batch with what has been found out about it."""

    message: InboundMessage
    address: Address
    identity: Identity | None = None  # the customer's: who wrote it, or to whom we wrote
    row: Message | None = None
    ticket: Ticket | None = None
    action: MatchAction | None = None
    echo: bool = False  # of our own send; its row exists
    buried: bool = False  # known to be gone before it was known; a tombstone stands in its place
    of_held: bool = False  # buried, and a version of a message that we hold
    gone_at: datetime | None = None  # when what we hold of it was deleted
    held: Message | None = None  # its row, where it was kept on no ticket until now
    again: int | None = None  # its row, where we hold it and one more stream tells it
    sources: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.note_source(self.message)

    def note_source(self, message: InboundMessage) -> None:
        """The same message from another stream, or caught by another query."""
        self.sources = merged(self.sources, [message.source])
        self.labels = merged(self.labels, message.labels)


def merged(before: Sequence[str], more: Sequence[str]) -> list[str]:
    """Words in the order they were told, each once."""
    return list(dict.fromkeys([*before, *more]))


@dataclass(slots=True)
class Noted:
    """A line of history on its way; `ref` is the ticket, stored or fresh."""

    ref: Any
    verb: str
    data: dict[str, Any]
    at: datetime
    item: Item | None = None  # whose message it speaks of, once that has a number

    def facts(self) -> dict[str, Any]:
        """Of a message that is stored."""
        return self.data | ({"message": self.item.row.pk} if self.item is not None and self.item.row else {})


@dataclass(slots=True)
class Filing:
    links: Links
    loose: LooseEnds
    now: datetime
    adopted: list[tuple[Message, Any]] = field(default_factory=list)
    fresh: dict[Any, Ticket] = field(default_factory=dict)
    books: dict[Any, Book] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    history: list[Noted] = field(default_factory=list)
    follows: list[tuple[tuple[Any, Any], Noted]] = field(default_factory=list)
    targets: Targets = field(default_factory=load_targets)
    house: House = field(default_factory=House)
    tongues: list[tuple[Any, int]] = field(default_factory=list)  # new tickets, and the skill of their language
    moved: list[Any] = field(default_factory=list)  # tickets that a later message brought to another queue
    steering: Steering = field(init=False)
    unanswered: Unanswered = field(init=False)

    def __post_init__(self) -> None:
        self.books = dict(load_books(self.links.stored.values(), self.targets))
        self.steering = Steering(self.now)
        self.unanswered = Unanswered(self.links.stored.keys())

    def add(self, item: Item, match: Match) -> None:
        """File one message as matched."""
        decision = self._hear(item, match)
        left = decision is not None and decision.standing.left
        match = replace(match, action=MatchAction.JOIN) if left else match
        item.action = match.action
        ref = match.ticket.ref if match.ticket is not None else None
        if match.action in (MatchAction.OPEN, MatchAction.FOLLOW_UP):
            ref = self._open(item, match, follows=ref)
        elif match.action == MatchAction.REOPEN:
            self.reopen(ref, match, at=item.message.sent_at, **found_by(item))
        elif match.action == MatchAction.JOIN:
            ours = {"ours": True} if item.message.by_us else {}
            self.note(ref, "ticket.joined", item.message.sent_at, reason=match.reason, **ours)
        conversation = self.links.conversation(item.address.pk, item.message)
        gone_at = self.links.quoted_gone_at(item.address.pk, item.message)
        item.row = item.held or message_row(item, conversation=conversation, now=self.now, quoted_gone_at=gone_at)
        item.row.left_resolved = left
        self.items.append(item)
        if ref is not None:
            if decision is not None:
                self._steer(item, ref, decision)
            self._say(item.row, ref)
            self._adopt(item, ref)
            item.ticket = self._ticket(ref)
        elif item.message.by_us:
            self.loose.add(item.row)
        self._remember(item, ref)

    def adopt(self, item: Item) -> None:
        """What belongs to a message that is filed already, and is known by one more id from now on."""
        ref = self.links.ticket_of.get((item.address.pk, item.message.external_id))
        if ref is not None:
            self._adopt(item, ref)

    def take_over(self, row: Message, ref: Any) -> None:
        """A message that is stored, on no ticket or another one, comes to this one."""
        self._say(row, ref)
        self.adopted.append((row, ref))
        self.links.ticket_of[row.address_id, row.external_id or ""] = ref

    def reopen(self, ref: Any, match: Match, *, at: datetime, **data: Any) -> None:
        ticket = self._ticket(ref)
        ticket.status, ticket.resolved_at = Status.OPEN, None
        sla.ticket_reopened(self.books[ref], at)
        sla.status_became(self.books[ref], Status.OPEN, at)
        self.note(ref, "ticket.reopened", at, reason=match.reason, **data)

    def note(self, ref: Any, verb: str, at: datetime, **data: Any) -> Noted:
        noted = Noted(ref, verb, data, at)
        self.history.append(noted)
        return noted

    def save(self) -> None:
        """Write tickets, clocks, messages, media and history; at most fourteen statements, and what rules add. What a
        rule brought to where its owner may not work is nobody's."""
        for ticket, key in zip(self.fresh.values(), reserve_keys(Ticket, len(self.fresh)), strict=True):
            ticket.pk = key
        self._link_follow_ups()
        changed = {pk: self.links.stored[pk] for pk in self.touched}
        save_books((ticket, self.books[ref]) for ref, ticket in (self.fresh | changed).items())
        copy_objects(list(self.fresh.values()))
        update_rows(Ticket, _TICKET_COLUMNS, [[getattr(t, c) for c in _TICKET_COLUMNS] for t in changed.values()])
        rows = []
        for item in self.items:
            assert item.row is not None
            item.row.ticket = item.ticket
            if item.held is None:
                rows.append(item.row)
        for row, ref in self.adopted:
            row.ticket = self._ticket(ref)
        held = [item.held for item in self.items if item.held is not None]
        moved = (*(row for row, _ in self.adopted if row.pk), *held)
        came = [[row.pk, row.ticket_id, row.left_resolved, row.asked_on_id] for row in moved]
        update_rows(Message, ["id", "ticket", "left_resolved", "asked_on"], came)
        copy_objects(rows)
        index(rows)
        media = [media_row(i.row, a) for i in self.items if i.row and not i.held for a in i.message.attachments]
        copy_objects(media)
        self.steering.save(self._ticket)
        needed = [[self.number_of(ref), skill] for ref, skill in self.tongues]
        insert_missing(Ticket.skills.through, ["ticket", "skill"], needed, returning=["id"])
        self._have_fetched([one for one in media if one.needs_auth])
        copy_rows(
            Activity,
            ["ticket", "verb", "data", "at", "gesture"],
            [[self._ticket(n.ref).pk, n.verb, n.facts(), n.at, uuid.uuid4()] for n in self.history],
        )
        wake_tellers(n.verb for n in self.history)
        if self.moved:
            free_moved((self.number_of(ref) for ref in self.moved), now=self.now)

    def _have_fetched(self, media: Sequence[Media]) -> None:
        """Files only a participant is given: two statements more, where there are any."""
        if media:
            copy_objects([MediaFetch(media=one, next_at=self.now) for one in media])
            ring_fetcher()

    def _link_follow_ups(self) -> None:
        for (ref, follows), told in self.follows:
            new, old = self._ticket(ref), self._ticket(follows)
            new.follow_up_of = old
            told.data["ticket"] = new.pk

    def _open(self, item: Item, match: Match, *, follows: Any) -> Any:
        message, address, identity = item.message, item.address, item.identity
        assert identity is not None
        chosen = self.house.route(address, message.kind, message.place)
        heard = Heard.of(message, address, identity)
        decision = self.steering.begin(heard, chosen, follow_up=follows is not None)
        standing = decision.standing
        ticket = Ticket(
            address=address,
            customer_id=identity.customer_id,
            identity=identity,
            private=message.private,
            kind=message.kind,
            queue_id=standing.queue,
            folder_id=standing.folder,
            sla_policy_id=standing.policy,
            priority=standing.priority,
            assignee_id=standing.assignee,
            status=Status.IGNORED if standing.ignored else Status.NEW,
            resolved_at=self.now if standing.ignored else None,
            opened_at=message.sent_at,
            created_at=self.now,
            last_message_at=message.sent_at,
        )
        ref = ("new", len(self.fresh))
        self.fresh[ref] = ticket
        self.books[ref] = open_book(ticket, self.targets)
        self.links.tickets[ref] = facts_of(ticket, ref=ref)
        facts = {"queue": chosen.queue, "policy": chosen.policy}
        self.note(ref, "ticket.opened", message.sent_at, kind=message.kind, reason=match.reason, **found_by(item))
        tongue = self.house.tongue(standing.queue, lambda: language_said(heard.text, heard.language))
        if tongue is not None and tongue not in standing.skills:
            facts["language"] = tongue
            self.tongues.append((ref, tongue))
        self.note(ref, "ticket.routed", message.sent_at, reason=chosen.reason, **facts)
        self._tell_rules(item, ref, decision, later=False)
        if follows is not None:
            told = self.note(follows, "ticket.followed_up", message.sent_at, reason=match.reason)
            self.follows.append(((ref, follows), told))
            if follows not in self.fresh:
                self.touched.add(follows)
        return ref

    def _hear(self, item: Item, match: Match) -> Decision | None:
        """A customer goes on with a ticket: what the rules that look at that say, before it is reopened."""
        message = item.message
        if match.ticket is None or match.action not in (MatchAction.JOIN, MatchAction.REOPEN):
            return None
        if message.by_us or message.kind == MessageKind.REACTION or item.identity is None:
            return None
        ref = match.ticket.ref
        return self.go_on(Heard.of(message, item.address, item.identity), self._ticket(ref), ref)

    def go_on(self, heard: Heard, ticket: Ticket, ref: Any) -> Decision | None:
        """What rules say of it, before anything comes of it."""
        waits = partial(self.unanswered.before, ref, self.books[ref], heard.said_at)
        return self.steering.go_on(heard, ticket, ref, unanswered=waits)

    def _steer(self, item: Item, ref: Any, decision: Decision) -> None:
        message, ticket, book = item.message, self._ticket(ref), self.books[ref]
        standing = decision.standing
        if standing.queue != ticket.queue_id:
            self.moved.append(ref)
        ticket.queue_id, ticket.folder_id, ticket.assignee_id = standing.queue, standing.folder, standing.assignee
        if decision.decided_by.keys() & {"priority", "policy"}:
            ticket.priority, ticket.sla_policy_id = standing.priority, standing.policy
            promise_anew(ticket, book, self.targets, at=self.now)
        if "ignored" in decision.decided_by:
            ticket.status, ticket.resolved_at = Status.IGNORED, self.now
            sla.status_became(book, Status.IGNORED, message.sent_at)
            sla.ticket_lapsed(book, self.now)  # the moment by which it is found, should somebody take it back
        self._tell_rules(item, ref, decision, later=True)

    def _tell_rules(self, item: Item, ref: Any, decision: Decision, *, later: bool) -> None:
        self.steering.remember(ref, decision, lambda: item.row, later=later)
        for told in lines_of(decision):
            self.note(ref, "ticket.ruled", item.message.sent_at, **told).item = item

    def _say(self, row: Message, ref: Any) -> None:
        """What a message changes on its ticket: the last word, the count, the status and the clocks."""
        ticket, by_us = self._ticket(ref), row.direction == Direction.OUT
        if ref not in self.fresh:
            self.touched.add(ref)
        if row.sent_at >= ticket.last_message_at:
            tell_last_word(ticket, row)
        if row.direction == Direction.INTERNAL:  # nobody wrote: nothing is owed, and nothing answered
            ticket.opened_at = min(ticket.opened_at, row.sent_at)
        elif by_us:
            note_asked(row, ticket)
            talk = self._told_late(row, ticket)
            note_answer(ticket, self.books[ref], at=row.sent_at, heard=self.now, talk=talk)
            self.note(ref, "reply.native", row.sent_at, private=row.visibility == Visibility.PRIVATE)
        elif row.left_resolved:  # thanks alone: nothing is owed
            ticket.last_inbound_at = max(ticket.last_inbound_at or row.sent_at, row.sent_at)
        else:
            before, slept = ticket.status, ticket.snoozed_at is not None
            talk = self._told_late(row, ticket)
            note_question(ticket, self.books[ref], at=row.sent_at, heard=self.now, talk=talk)
            if before == Status.ON_HOLD != ticket.status:
                self.note(ref, "ticket.resumed", row.sent_at, before=before, after=ticket.status)
            if slept:
                self.note(ref, "ticket.woke", row.sent_at, why="message")
            ticket.opened_at = min(ticket.opened_at, row.sent_at)
        ticket.message_count += row.direction != Direction.INTERNAL
        facts = self.links.tickets[ref]
        facts.status, facts.last_message_at = ticket.status, ticket.last_message_at

    def _told_late(self, row: Message, ticket: Ticket) -> Talk | None:
        just_come = (one.row for one in self.items if one.row is not None and one.ticket is ticket)
        return told_late(ticket, row, *just_come)

    def _adopt(self, item: Item, ref: Any) -> None:
        """What we said before there was this ticket, and which belongs to the message that came now."""
        address, message = item.address, item.message
        window = address.private_window if message.private else address.public_window
        talk = self.links.conversation(address.pk, message)
        for row in self.loose.take(address.pk, message, conversation=talk, identity=item.identity, window=window):
            self.take_over(row, ref)

    def _remember(self, item: Item, ref: Any) -> None:
        identity = item.identity
        self.links.remember(item.address.pk, item.message, identity=identity.pk if identity else 0, ref=ref)

    def number_of(self, ref: Any) -> int:
        """Of a ticket that is saved."""
        return self._ticket(ref).pk

    def _ticket(self, ref: Any) -> Ticket:
        return self.fresh[ref] if ref in self.fresh else self.links.stored[ref]


def found_by(item: Item) -> dict[str, list[str]]:
    """The searches that caught it, for the history; most messages came without one."""
    return {"labels": item.labels} if item.labels else {}
