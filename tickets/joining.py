"""Brings home what came too early: a message that answers another, filed on a ticket of its own before it was known
which ticket that other is on.

What nobody has touched is brought to the ticket it belongs to, as matching would have put it there; the emptied ticket
is closed and says why. What somebody was at work on stays, and both histories name the other ticket. The caller holds
the turn of the addresses concerned, so nobody files there meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from kapture.sets import update_rows
from tickets import sla
from tickets.candidates import Links, facts_of
from tickets.choices import Direction, MatchAction, Status
from tickets.filing import Filing
from tickets.loose import LooseEnds
from tickets.matching import Candidates, Match, Rules, Said, match
from tickets.models import Activity, Draft, Message, Ticket

Key = tuple[int, str]  # address, external id


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """A customer's message that answers `answers`, which is on the ticket `home`; itself it may be on another."""

    message: int
    ticket: int
    home: int
    answers: Key
    sent_at: datetime


def find_early(homes: Mapping[Key, int]) -> list[Early]:
    """What answers these messages, on whichever ticket; `homes`: (address, external id) → their ticket. One indexed
    statement; what is on other tickets is locked together with its home, in one order, by one more."""
    if not homes:
        return []
    rows = Message.objects.filter(
        ~Q(in_reply_to=""),
        address__in={address for address, _ in homes},
        in_reply_to__in={number for _, number in homes},
        direction=Direction.IN,
        ticket__isnull=False,
    )
    columns = rows.order_by("sent_at", "id").values_list("id", "ticket_id", "address_id", "in_reply_to", "sent_at")
    found = [
        Early(message=pk, ticket=ticket, home=homes[address, number], answers=(address, number), sent_at=at)
        for pk, ticket, address, number, at in columns
        if ticket is not None and (address, number) in homes
    ]
    _lock([one for one in found if one.ticket != one.home])
    return found


def bring_home(early: Iterable[Early], *, now: datetime) -> set[int]:
    """Returns the tickets concerned. No statement when everything is at home; else a fixed number."""
    apart = [one for one in early if one.ticket != one.home]
    if not apart:
        return set()
    pks = {pk for one in apart for pk in (one.ticket, one.home)}
    # As they are by now: what they answer has been settled since they were found.
    tickets = Ticket.objects.select_related("address").in_bulk(pks)
    said: dict[int, list[Message]] = {one.ticket: [] for one in apart}
    for message in Message.objects.filter(ticket__in=said).order_by("sent_at", "id"):
        said[message.ticket_id or 0].append(message)
    touched = _touched([tickets[pk] for pk in said], said)
    facts = {pk: facts_of(ticket, ref=pk) for pk, ticket in tickets.items()}
    filing = Filing(links=Links(stored=tickets, tickets=facts), loose=LooseEnds(), now=now)
    follow_ups, merged = [], []
    for pk, rows in said.items():
        ours = [one for one in apart if one.ticket == pk]
        home = ours[0].home
        if tickets[pk].follow_up_of_id == home:
            continue
        if pk in touched or not _hang_together(rows, ours):
            _name_each_other(filing, pk, home, touched=pk in touched)
            continue
        found = _match(filing, tickets[pk], rows[0], home)
        if found.action == MatchAction.FOLLOW_UP:
            filing.note(home, "ticket.followed_up", now, ticket=pk, reason=found.reason)
            follow_ups.append([pk, tickets[pk].follow_up_of_id or home])
        else:
            _move(filing, pk, rows, home, found)
            merged.append([pk, home])
    filing.save()
    update_rows(Ticket, ["id", "follow_up_of"], follow_ups)
    update_rows(Ticket, ["id", "merged_into"], merged)
    return pks


def _lock(apart: Sequence[Early]) -> None:
    pks = {pk for one in apart for pk in (one.ticket, one.home)}
    if pks:
        list(Ticket.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True, of=("self",)))


def _touched(tickets: Sequence[Ticket], said: Mapping[int, Sequence[Message]]) -> set[int]:
    """Those that a person has answered, noted, assigned, changed, or begun to write on."""
    pks = [ticket.pk for ticket in tickets]
    found = {t.pk for t in tickets if t.status != Status.NEW or t.assignee_id or t.last_outbound_at}
    found |= {pk for pk, rows in said.items() if any(row.direction != Direction.IN for row in rows)}
    found |= set(Activity.objects.filter(ticket__in=pks, actor__isnull=False).values_list("ticket_id", flat=True))
    drafts = Draft.objects.filter(ticket__in=pks).values_list("ticket_id", flat=True)
    return found | {pk for pk in drafts if pk is not None}


def _hang_together(rows: Sequence[Message], early: Sequence[Early]) -> bool:
    """Whether all that is on the ticket hangs on what belongs to one other: by what it answers, what it quotes, or its
    conversation."""
    if len({one.home for one in early}) > 1:
        return False
    roots = {one.message for one in early}
    tied = [row for row in rows if row.pk in roots]
    rest = [row for row in rows if row.pk not in roots]
    for row in tied:  # grows while it is read
        follows = [other for other in rest if _follows(other, row)]
        tied += follows
        rest = [other for other in rest if other not in follows]
    return not rest


def _follows(row: Message, other: Message) -> bool:
    quoted = str((row.quoted or {}).get("external_id", ""))
    goes_on = row.sent_at >= other.sent_at and row.conversation == other.conversation != ""
    return goes_on or other.external_id in (row.in_reply_to, quoted)


def _match(filing: Filing, ticket: Ticket, first: Message, home: int) -> Match:
    """What it is to the other ticket, now that it is known what it answered."""
    address = ticket.address
    rules = Rules(
        public_window=address.public_window,
        private_window=address.private_window,
        after_resolution=address.after_resolution,
    )
    said = Said(customer=ticket.customer_id, by_us=False, private=False, sent_at=first.sent_at)
    return match(said, Candidates(parent=filing.links.tickets[home]), rules)


def _move(filing: Filing, pk: int, rows: Sequence[Message], home: int, found: Match) -> None:
    """All that was said; what is left behind promised nothing that counts."""
    if found.action == MatchAction.REOPEN:
        filing.reopen(home, found, at=rows[0].sent_at)
    for row in rows:
        filing.take_over(row, home)
    filing.note(home, "ticket.took_in", filing.now, ticket=pk)
    left = filing.links.stored[pk]
    left.status, left.resolved_at = Status.CLOSED, filing.now
    left.message_count, left.last_text = 0, ""
    sla.ticket_lapsed(filing.books[pk], filing.now)
    filing.touched.add(pk)
    filing.note(pk, "ticket.merged", filing.now, ticket=home)


def _name_each_other(filing: Filing, pk: int, home: int, *, touched: bool) -> None:
    filing.note(pk, "ticket.answers", filing.now, ticket=home, touched=touched)
    filing.note(home, "ticket.answered_in", filing.now, ticket=pk, touched=touched)
