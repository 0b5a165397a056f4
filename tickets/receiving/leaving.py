"""What a message that is stored does to a resolved ticket, once it comes there or says something else: reopens it, or
leaves it resolved as the rules have it. Used by storing and joining alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tickets.choices import Direction, MatchAction, Status
from tickets.lifecycle import note_question
from tickets.matching import Match
from tickets.models import Identity, Media, Message
from tickets.receiving.candidates import Links, facts_of, lock_tickets
from tickets.receiving.filing import Filing, Item
from tickets.receiving.loose import LooseEnds
from tickets.rules.evidence import Heard
from tickets.rules.rulebook import live_rulebook
from tickets.rules.rulings import left_by


def prepare(filing: Filing, rows: Iterable[Message]) -> dict[int, Heard]:
    """What customers said in these, for the rules; nothing where none leaves tickets resolved."""
    if not live_rulebook().leaves:
        return {}
    said = [row for row in rows if row.direction == Direction.IN and row.identity_id is not None]
    people = Identity.objects.in_bulk({row.identity_id for row in said if row.identity_id is not None})
    media = list(Media.objects.filter(message__in=said).values_list("message_id", flat=True))
    heard = {row.pk: Heard.read(row, people[row.identity_id or 0], media=media.count(row.pk)) for row in said}
    filing.steering.prepare(list(heard.values()), filing.links.stored)
    return heard


def leaves(filing: Filing, row: Message, heard: Heard | None, ref: Any) -> bool:
    """Whether rules leave the ticket resolved, whatever else they say; its history tells by which."""
    ticket = filing.links.stored[ref]
    decision = filing.go_on(heard, ticket, ref) if heard is not None else None
    if decision is None:
        return False
    if told := left_by(decision):
        filing.note(ref, "ticket.ruled", row.sent_at, **told)
    return decision.standing.left


def hear_again(edited: Sequence[tuple[Item, Message]], *, now: datetime) -> None:
    """What left its ticket resolved and says something else by now does what it would have done when it was said. What
    reopened a ticket stays said. No statement where there is none."""
    if not edited:
        return
    stored = lock_tickets(row.ticket_id for _, row in edited if row.ticket_id is not None)
    filing = Filing(
        links=Links(stored=stored, tickets={pk: facts_of(ticket, ref=pk) for pk, ticket in stored.items()}),
        loose=LooseEnds(),
        now=now,
    )
    heard = prepare(filing, [row for _, row in edited])
    back = [one for one in edited if one[1].ticket_id is not None and not _still(filing, one[1], heard)]
    for item, row in back:
        _take_back(filing, item, row)
    filing.save()
    Message.objects.filter(pk__in=[row.pk for _, row in back]).update(left_resolved=False)


def _still(filing: Filing, row: Message, heard: dict[int, Heard]) -> bool:
    ticket, told = filing.links.stored[row.ticket_id or 0], heard.get(row.pk)
    decision = filing.go_on(told, ticket, ticket.pk) if told is not None else None
    return decision is not None and decision.standing.left


def _take_back(filing: Filing, item: Item, row: Message) -> None:
    ticket = filing.links.stored[row.ticket_id or 0]
    filing.touched.add(ticket.pk)
    if ticket.status == Status.RESOLVED:
        facts = filing.links.tickets[ticket.pk]
        match = Match(action=MatchAction.REOPEN, ticket=facts, reason={"code": "edited"})
        filing.reopen(ticket.pk, match, at=row.sent_at)
        item.action, item.ticket = MatchAction.REOPEN, ticket
    note_question(ticket, filing.books[ticket.pk], at=row.sent_at)
