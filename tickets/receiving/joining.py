"""Brings home what came too early: a message that answers another, filed on a ticket of its own before it was known
which ticket that other is on.

What nobody has touched is brought to the ticket it belongs to, as matching would have put it there; the emptied ticket
is closed and says why. What somebody was at work on stays, and both histories name the other ticket. The caller holds
the turn of the addresses concerned, so nobody files there meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import Direction, MatchAction, Status
from tickets.matching import Candidates, Match, Rules, Said, match
from tickets.models import Activity, Address, Draft, Message, OutboxEntry, Ticket
from tickets.receiving.candidates import Links, end_of, facts_of, lock_tickets, rules_of
from tickets.receiving.filing import Filing
from tickets.receiving.leaving import leaves, prepare
from tickets.receiving.loose import LooseEnds
from tickets.receiving.talks import Key, Parent, Talks, find_parents, find_talks, latest_of
from tickets.rules.evidence import Heard

_BY_TALK = (Status.NEW, Status.OPEN, Status.PENDING)  # what an answer given on the channel itself makes of a ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """A message that answers `answers`, which is on the ticket `home`; itself it may be on another."""

    message: int
    ticket: int
    home: int
    answers: Key
    sent_at: datetime


@dataclass(slots=True, kw_only=True)
class Moving:
    """Tickets whose messages may belong elsewhere, and what has become of them so far."""

    filing: Filing
    said: dict[int, list[Message]]  # ticket → all that is on it
    early: Sequence[Early]
    homes: dict[int, set[int]]  # ticket → those of all that its messages answer
    parents: Mapping[int, Parent]  # message → what it answers
    touched: set[int]
    rules: Mapping[int, Rules]  # address → its own
    talks: Talks
    waiting: list[int]  # what is not settled yet
    heard: Mapping[int, Heard]  # message → what rules go by, where any leaves tickets resolved
    went: dict[int, int] = field(default_factory=dict)  # emptied ticket → where everything is
    follow_ups: dict[int, int] = field(default_factory=dict)

    def end(self, pk: int) -> int:
        """Where that is by now which was on this ticket. Nothing leaves a ticket twice."""
        pk = end_of(pk, self.filing.links.stored)
        while pk in self.went:
            pk = self.went[pk]
        return pk

    def homes_of(self, pk: int) -> set[int]:
        return {self.end(home) for home in self.homes[pk]} - {pk, self.filing.links.stored[pk].follow_up_of_id}


def find_early(homes: Mapping[Key, int]) -> list[Early]:
    """What answers these messages, on whichever ticket; `homes`: (address, external id) → their ticket. One indexed
    statement; what is on other tickets is locked together with its home, in one order, by one more."""
    if not homes:
        return []
    known = Q(direction=Direction.IN) | Q(direction=Direction.OUT, external_id__isnull=False)
    rows = Message.objects.filter(
        ~Q(in_reply_to="") & known,
        address__in={address for address, _ in homes},
        in_reply_to__in={number for _, number in homes},
        ticket__isnull=False,
    )
    columns = rows.order_by("sent_at", "id").values_list("id", "ticket_id", "address_id", "in_reply_to", "sent_at")
    found = [
        Early(message=pk, ticket=ticket, home=homes[address, number], answers=(address, number), sent_at=at)
        for pk, ticket, address, number, at in columns
        if ticket is not None and (address, number) in homes
    ]
    lock_tickets(pk for one in found if one.ticket != one.home for pk in (one.ticket, one.home))
    return found


def bring_home(early: Iterable[Early], *, now: datetime) -> set[int]:
    """Returns the tickets concerned. No statement when everything is at home; else a fixed number.

    A home may be left in its turn: first goes what has a home that stays. In a ring the oldest stays.
    """
    apart = [one for one in early if one.ticket != one.home]
    if not apart:
        return set()
    moving = _load(apart, now=now)
    waiting = moving.waiting
    while waiting:
        pk = next((pk for pk in waiting if moving.homes_of(pk).isdisjoint(waiting)), waiting[-1])
        _settle(moving, pk)
        waiting.remove(pk)
    moving.filing.save()
    update_rows(Ticket, ["id", "follow_up_of"], moving.follow_ups.items())
    _point_to_the_end(moving)
    return set(moving.filing.links.stored)


def _load(apart: Sequence[Early], *, now: datetime) -> Moving:
    said: dict[int, list[Message]] = {one.ticket: [] for one in apart}
    for message in Message.objects.filter(ticket__in=said).order_by("sent_at", "id"):
        said[message.ticket_id or 0].append(message)
    parents = find_parents([row for rows in said.values() for row in rows])
    homes: dict[int, set[int]] = {pk: set() for pk in said}
    for one in apart:
        homes[one.ticket].add(one.home)
    for pk, rows in said.items():
        homes[pk] |= {parents[row.pk].ticket for row in rows if row.pk in parents}
    # As they are by now: what they answer has been settled since they were found.
    talks = find_talks(_first(rows) for rows in said.values())
    tickets = lock_tickets({*said, *(home for pk in homes for home in homes[pk]), *talks.tickets})
    facts = {pk: facts_of(ticket, ref=pk) for pk, ticket in tickets.items()}
    addresses = Address.objects.in_bulk({ticket.address_id for ticket in tickets.values()})
    filing = Filing(links=Links(stored=tickets, tickets=facts), loose=LooseEnds(), now=now)
    return Moving(
        filing=filing,
        heard=prepare(filing, [row for rows in said.values() for row in rows]),
        said=said,
        early=apart,
        homes=homes,
        parents=parents,
        touched=_touched([tickets[pk] for pk in said], said),
        rules={pk: rules_of(address) for pk, address in addresses.items()},
        talks=talks,
        waiting=sorted(said),
    )


def _first(rows: Sequence[Message]) -> Message:
    return next((row for row in rows if row.direction == Direction.IN), rows[0])


def _touched(tickets: Sequence[Ticket], said: Mapping[int, Sequence[Message]]) -> set[int]:
    """Those that a person has answered from here, noted, assigned, changed, or begun to write on. An answer given on
    the channel itself goes where the message goes that it answers."""
    pks = [ticket.pk for ticket in tickets]
    talked = {pk for pk, rows in said.items() if any(row.direction == Direction.OUT for row in rows)}
    found = {t.pk for t in tickets if t.status not in (_BY_TALK if t.pk in talked else _BY_TALK[:1]) or t.assignee_id}
    found |= {pk for pk, rows in said.items() if any(not _told_by_channel(row) for row in rows)}
    found |= set(OutboxEntry.objects.filter(message__ticket__in=pks).values_list("message__ticket_id", flat=True))
    found |= set(Activity.objects.filter(ticket__in=pks, actor__isnull=False).values_list("ticket_id", flat=True))
    drafts = Draft.objects.filter(ticket__in=pks).values_list("ticket_id", flat=True)
    return found | {pk for pk in drafts if pk is not None}


def _told_by_channel(row: Message) -> bool:
    return row.direction != Direction.INTERNAL and row.agent_id is None and not row.automated


def _settle(moving: Moving, pk: int) -> None:
    """Decides for one ticket, when it is known where what is said on its homes has gone."""
    homes, filing = moving.homes_of(pk), moving.filing
    if not homes:
        return
    home = min(homes)
    found = _match(moving, pk, home) if len(homes) == 1 and _hang_together(moving, pk, home) else None
    if found is not None and found.action == MatchAction.FOLLOW_UP:
        filing.note(home, "ticket.followed_up", filing.now, ticket=pk, reason=found.reason)
        moving.follow_ups[pk] = filing.links.stored[pk].follow_up_of_id or home
    elif found is None or pk in moving.touched:
        _name_each_other(moving, pk, homes & {moving.end(one.home) for one in moving.early if one.ticket == pk})
    else:
        _move(moving, pk, found)


def _hang_together(moving: Moving, pk: int, home: int) -> bool:
    """Whether all that is on the ticket hangs on what belongs to one other: by what it answers, what it quotes, or its
    conversation."""
    rows, parents = moving.said[pk], moving.parents
    tied = [row for row in rows if row.pk in parents and moving.end(parents[row.pk].ticket) == home]
    rest = [row for row in rows if row not in tied]
    for row in tied:  # grows while it is read
        follows = [other for other in rest if _follows(other, row, parents)]
        tied += follows
        rest = [other for other in rest if other not in follows]
    return not rest


def _follows(row: Message, other: Message, parents: Mapping[int, Parent]) -> bool:
    if row.pk in parents and parents[row.pk].message == other.pk:
        return True
    quoted = str((row.quoted or {}).get("external_id", ""))
    goes_on = row.sent_at >= other.sent_at and row.conversation == other.conversation != ""
    return goes_on or other.external_id == quoted


def _match(moving: Moving, pk: int, home: int) -> Match:
    """What it is to the other ticket, now that it is known what it answered. Where that is over, the customer may have
    gone on elsewhere by now."""
    ticket, first = moving.filing.links.stored[pk], _first(moving.said[pk])
    said = Said(customer=ticket.customer_id, by_us=False, private=False, sent_at=first.sent_at)
    facts, waits = moving.filing.links.tickets, {pk, *moving.waiting}
    further = (
        latest_of(moving.talks, first, but=waits),
        moving.talks.roots.get((first.address_id, first.conversation)),
    )
    latest, root = (None if one is None or one in waits else facts[moving.end(one)] for one in further)
    candidates = Candidates(parent=facts[home], conversation=latest, root=root)
    return match(said, candidates, moving.rules[ticket.address_id])


def _move(moving: Moving, pk: int, found: Match) -> None:
    """All that was said; what is left behind promised nothing that counts."""
    assert found.ticket is not None
    filing, rows, home = moving.filing, moving.said[pk], found.ticket.ref
    for row in rows:
        row.left_resolved |= leaves(filing, row, moving.heard.get(row.pk), home)
    asks = next((row for row in rows if row.direction == Direction.IN and not row.left_resolved), None)
    if found.action == MatchAction.REOPEN and asks is not None:
        filing.reopen(home, found, at=asks.sent_at)
    for row in rows:
        filing.take_over(row, home)
    if home in moving.said:  # it may go on from there
        moving.said[home] = sorted([*moving.said[home], *rows], key=lambda row: (row.sent_at, row.pk))
    moving.went[pk] = home
    filing.note(home, "ticket.took_in", filing.now, ticket=pk)
    left = filing.links.stored[pk]
    left.status, left.resolved_at = Status.CLOSED, filing.now
    left.message_count, left.last_text = 0, ""
    sla.status_became(filing.books[pk], Status.CLOSED, filing.now)
    sla.ticket_was_none(filing.books[pk], filing.now)
    filing.touched.add(pk)
    filing.note(pk, "ticket.merged", filing.now, ticket=home)


def _name_each_other(moving: Moving, pk: int, homes: Iterable[int]) -> None:
    filing, touched = moving.filing, pk in moving.touched
    for home in sorted(homes):
        filing.note(pk, "ticket.answers", filing.now, ticket=home, touched=touched)
        filing.note(home, "ticket.answered_in", filing.now, ticket=pk, touched=touched)


def _point_to_the_end(moving: Moving) -> None:
    """One statement more for what had been emptied into one of these before, so that no ticket points to an emptied
    one."""
    if not moving.went:
        return
    before = Ticket.objects.filter(merged_into__in=moving.went).values_list("id", "merged_into_id")
    merged = [(pk, moving.end(into)) for pk, into in before if into is not None]
    update_rows(Ticket, ["id", "merged_into"], [*merged, *((pk, moving.end(pk)) for pk in moving.went)])
