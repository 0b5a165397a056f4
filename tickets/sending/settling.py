"""An answer is out: message, outbox, clocks, status and history learn it together. Set-wise, like intake."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from kapture.sets import copy_objects, update_rows
from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.clocks import load_books, load_targets, save_books
from tickets.composing.quoting import shown_on
from tickets.lifecycle import note_answer
from tickets.live import NO_TICKET
from tickets.models import Activity, Invitation, Media, Message, OutboxEntry, Ticket
from tickets.outbound import Receipt, Sent
from tickets.promises.apart import told_late
from tickets.promises.asked import answers_in_private, public_of
from tickets.promises.book import Book
from tickets.promises.unresolving import may_have_fallen
from tickets.reading.last_word import LAST_WORD, renew_last_word, tell_last_word
from tickets.receiving.attention import catch_up
from tickets.resting.under_way import resolved_since
from tickets.sending.following import free_followers

_TICKET_COLUMNS = ("id", "status", "next_due_at", "next_due_metric", "last_outbound_at", *LAST_WORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """`entry` must be locked by the caller's transaction, with its message and address loaded."""

    entry: OutboxEntry
    receipt: Receipt
    sent_at: datetime
    source: str
    streams: Sequence[str] = field(default_factory=tuple)  # of the channel that told of it


def settle_sent(settled: Sequence[Settled], *, now: datetime) -> set[int]:
    """Returns the tickets concerned, NO_TICKET for what is on none. Nine statements, one more where something is
    private or was resolved meanwhile, two where something newer was said on a ticket, and the channel's own, however
    many."""
    if not settled:
        return set()
    for one in settled:
        _mark(one, now)
    columns = ["id", "external_id", "conversation", "permalink", "sent_at"]
    update_rows(Message, columns, [[getattr(one.entry.message, name) for name in columns] for one in settled])
    _note_streams(settled)
    catch_up(one.entry.message for one in settled)
    columns = ["id", "state", "settled_at", "code", "reason"]
    update_rows(OutboxEntry, columns, [[getattr(one.entry, name) for name in columns] for one in settled])
    tickets = {one.entry.message.ticket_id or NO_TICKET for one in settled}
    asked = _asked_on(settled)
    _tell_tickets(settled, tickets - {NO_TICKET}, asked)
    free_followers(one.entry.pk for one in settled)
    _tell_channels(settled)
    return tickets | set(asked.values()) | shown_on([one.entry.message for one in settled])


def _mark(one: Settled, now: datetime) -> None:
    message, entry = one.entry.message, one.entry
    message.external_id = one.receipt.external_id
    message.conversation = one.receipt.conversation or message.conversation
    message.permalink = one.receipt.permalink or message.permalink
    message.sent_at = one.sent_at
    entry.state, entry.settled_at, entry.code, entry.reason = SendState.SENT, now, "", ""


def _note_streams(settled: Sequence[Settled]) -> None:
    """As of any message that a stream tells; as many statements as there are combinations of streams: a handful."""
    told: dict[tuple[str, ...], list[int]] = {}
    for one in settled:
        streams = tuple(dict.fromkeys([*one.entry.message.sources, *one.streams]))
        if one.streams:
            told.setdefault(streams, []).append(one.entry.message_id)
    for combination, pks in told.items():
        Message.objects.filter(pk__in=pks).update(sources=list(combination))


def _tell_channels(settled: Sequence[Settled]) -> None:
    """What an answer was lost of is out as well as the rest: here, and nowhere else, each passes once."""
    keys = [one.entry.message_id for one in settled]
    with_files = Exists(Media.objects.filter(message=OuterRef("message")))
    invitations = dict(Invitation.objects.filter(message__in=keys).values_list("message_id", with_files))
    by_channel: dict[str, list[Sent]] = {}
    for one in settled:
        by_channel.setdefault(one.entry.address.channel, []).append(_sent(one, invitations))
    for name, sent in by_channel.items():
        channel_named(name).note_sent(sent)


def _sent(one: Settled, invitations: Mapping[int, bool]) -> Sent:
    message = one.entry.message
    return Sent(
        address_key=one.entry.address.key,
        external_id=one.receipt.external_id,
        private=one.entry.private,
        text=message.text,
        in_reply_to=message.in_reply_to,
        quote_of=message.quote_of,
        invite=message.pk in invitations and not one.entry.private,
        with_files=invitations.get(message.pk, False),
        at=one.sent_at,
    )


def _asked_on(settled: Sequence[Settled]) -> dict[int, int]:
    """Message → the public ticket whose question it answers in private."""
    private = [one.entry.message_id for one in settled if one.entry.private]
    if not private:
        return {}
    rows = answers_in_private().filter(pk__in=private).values_list("pk", public_of())
    return {pk: ticket for pk, ticket in rows if ticket is not None}


def _tell_tickets(settled: Sequence[Settled], pks: set[int], asked: Mapping[int, int]) -> None:
    chosen = Ticket.objects.filter(pk__in=pks.union(asked.values())).order_by("pk")
    tickets = {t.pk: t for t in chosen.select_for_update(no_key=True, of=("self",))}
    books = load_books(tickets.values(), load_targets())
    resolved = _resolutions(settled, books)
    history, behind = [], set()
    for one in sorted(settled, key=lambda one: (one.sent_at, one.entry.message_id)):
        ticket = tickets.get(one.entry.message.ticket_id or 0)
        if ticket is None:
            continue
        if one.entry.message.automated:
            continue  # nobody has answered: its line of history was written when it was
        under_way = _while_under_way(one, resolved, ticket)
        talk = told_late(ticket, one.entry.message)
        note_answer(ticket, books[ticket.pk], at=one.sent_at, resolved=under_way, talk=talk)
        if one.sent_at >= ticket.last_message_at:
            tell_last_word(ticket, one.entry.message)
        else:  # it was to be later, or something newer was said
            behind.add(ticket)
        facts = {"message": one.entry.message_id, "source": one.source}
        history.append(Activity(ticket=ticket, verb="reply.sent", data=facts, at=one.sent_at, gesture=uuid.uuid4()))
        public = tickets.get(asked.get(one.entry.message_id, 0))
        if public is not None:  # what was asked there is answered, though not there
            note_answer(public, books[public.pk], at=one.sent_at, resolved=_while_under_way(one, resolved, public))
            facts = {"message": one.entry.message_id, "ticket": ticket.pk}
            history.append(Activity(ticket=public, verb="reply.private", data=facts, at=one.sent_at))
    if behind:
        renew_last_word(behind)
    save_books([(t, books[t.pk]) for t in tickets.values()])
    update_rows(Ticket, _TICKET_COLUMNS, [[getattr(t, c) for c in _TICKET_COLUMNS] for t in tickets.values()])
    copy_objects(history)


def _resolutions(settled: Sequence[Settled], books: Mapping[int, Book]) -> dict[int, list[datetime]]:
    """When somebody resolved them, of those where that may have been while an answer was on its way. One statement, or
    none."""
    earliest = min(one.entry.created_at for one in settled)
    return resolved_since([pk for pk, book in books.items() if may_have_fallen(book, written=earliest)], earliest)


def _while_under_way(one: Settled, resolved: Mapping[int, Sequence[datetime]], ticket: Ticket) -> list[datetime]:
    return [at for at in resolved.get(ticket.pk, ()) if one.entry.created_at <= at]
