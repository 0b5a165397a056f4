"""What was known of tickets when messages came, read again for dry runs. Set-wise; changes nothing."""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from tickets.choices import Direction, Priority, Visibility
from tickets.models import Activity, Address, Identity, Message, Ticket
from tickets.promises.asked import answers_in_private, public_of
from tickets.rules.evidence import CHOICES, REPEATED_WITHIN, Evidence, Heard, business_hours, lists_of
from tickets.rules.facts import Facts, Standing
from tickets.rules.sensing import SENSES
from tickets.rules.shape import digest_of, links_in


@dataclass(slots=True)
class Past:
    """What is known of a piece of tickets: what was said, by whom, where they began, what people chose on them."""

    evidence: Evidence
    said: dict[int, list[Heard]] = field(default_factory=dict)
    found_resolved: set[int] = field(default_factory=set)  # of Heard objects: their ticket was, when they came
    first: set[int] = field(default_factory=set)  # of Heard objects, by id(): the first their writer ever said
    places: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    folders: Mapping[int, int | None] = field(default_factory=dict)
    chosen: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)
    repeats: Mapping[tuple[int, datetime], int] = field(default_factory=dict)
    answers: dict[int, list[datetime]] = field(default_factory=dict)  # ticket → ours, in order
    asked: dict[int, datetime] = field(default_factory=dict)  # ticket → the last question before the days looked at

    @classmethod
    def of(
        cls, tickets: Sequence[Ticket], *, since: datetime, asked: Collection[str], later: bool, leaves: bool = False
    ) -> "Past":
        people = Identity.objects.in_bulk({ticket.identity_id for ticket in tickets})
        past = cls(Evidence(senses=SENSES, hours=business_hours() if "open_hours" in asked else {}))
        past._read(tickets, people, since=since, first="first_contact" in asked)
        past.places = _places(tickets)
        past.folders = dict(Address.objects.values_list("pk", "folder_id"))
        if "list" in asked:
            past.evidence.lists = lists_of(people, bind=False)
        if "repeated_by" in asked:
            past.repeats = _repeats(past.said)
        if later:
            past._read_choices(tickets)
        if leaves:
            past._read_reopenings(tickets)
            past._read_answers(since)
        return past

    def _read(self, tickets: Sequence[Ticket], people: dict[int, Identity], *, since: datetime, first: bool) -> None:
        rows = Message.objects.filter(ticket__in=tickets, direction=Direction.IN, sent_at__gte=since)
        earlier = Message.objects.filter(identity=OuterRef("identity"), direction=Direction.IN, pk__lt=OuterRef("pk"))
        rows = rows.annotate(files=Count("media"), spoke=Exists(earlier) if first else Q(pk=0))
        columns = ("ticket_id", "address_id", "identity_id", "text", "spans", "kind", "visibility", "sources", "labels")
        more = ("language", "sent_at", "left_resolved", "files", "spoke")
        found = list(rows.order_by("sent_at", "id").values_list(*columns, *more))
        strangers = {row[2] for row in found} - people.keys() - {None}
        people |= Identity.objects.in_bulk(strangers)
        for (
            ticket,
            address,
            identity,
            text,
            spans,
            kind,
            seen,
            sources,
            labels,
            language,
            at,
            left,
            files,
            spoke,
        ) in found:
            if identity is None:
                continue
            heard = Heard(
                address=address,
                identity=people[identity],
                text=text,
                kind=kind,
                private=seen == Visibility.PRIVATE,
                source=sources[0] if sources else "",
                labels=labels,
                language=language,
                media=files,
                said_at=at,
                links=links_in(spans),
            )
            self.said.setdefault(ticket, []).append(heard)
            if not spoke:
                self.first.add(id(heard))
            if left:
                self.found_resolved.add(id(heard))

    def _read_reopenings(self, tickets: Sequence[Ticket]) -> None:
        """What reopened a ticket found it resolved; so did what left it so."""
        lines = Activity.objects.filter(ticket__in=tickets, verb="ticket.reopened").order_by()
        moments = set(lines.values_list("ticket_id", "at"))
        said = ((pk, one) for pk, listed in self.said.items() for one in listed)
        self.found_resolved |= {id(one) for pk, one in said if (pk, one.said_at) in moments}

    def _read_answers(self, since: datetime) -> None:
        """Of tickets that anything found resolved: our answers, also those in private to what was asked in public."""
        tickets = [pk for pk, listed in self.said.items() if any(id(one) in self.found_resolved for one in listed)]
        out = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
        earlier = Q(direction=Direction.IN, left_resolved=False, sent_at__lt=since)
        rows = Message.objects.filter(out | earlier, ticket__in=tickets).order_by("sent_at")
        apart = answers_in_private(tickets).filter(external_id__isnull=False).order_by()
        for pk, at, direction in rows.values_list("ticket_id", "sent_at", "direction"):
            if direction == Direction.IN:
                self.asked[pk or 0] = at
            else:
                self.answers.setdefault(pk or 0, []).append(at)
        for public, at in apart.values_list(public_of(), "sent_at"):
            insort(self.answers.setdefault(public or 0, []), at)

    def answered_at(self, ticket: int, moment: datetime) -> datetime | None:
        """When we answered last by then."""
        answers = self.answers.get(ticket, ())
        place = bisect_right(answers, moment)
        return answers[place - 1] if place else None

    def _read_choices(self, tickets: Sequence[Ticket]) -> None:
        chosen = Activity.objects.filter(ticket__in=tickets, actor__isnull=False, verb__in=CHOICES)
        for ticket, verb, at in chosen.order_by("at").values_list("ticket_id", "verb", "at"):
            self.chosen.setdefault(ticket, []).append((at, CHOICES[verb]))

    def beginning(self, ticket: Ticket, *, since: datetime) -> Standing:
        """Where the account had it; a ticket that is older than the days looked at begins where it is now."""
        if ticket.opened_at < since:
            return Standing(
                queue=ticket.queue_id,
                folder=ticket.folder_id,
                policy=ticket.sla_policy_id,
                priority=Priority(ticket.priority),
                assignee=ticket.assignee_id,
            )
        place = self.places.get(ticket.pk, {})
        folder = self.folders.get(ticket.address_id)
        return Standing(queue=place.get("queue") or ticket.queue_id, folder=folder, policy=place.get("policy"))

    def facts(self, heard: Heard, ticket: Ticket, *, new_ticket: bool) -> Facts:
        facts = self.evidence.facts(heard, new_ticket=new_ticket, follow_up=ticket.follow_up_of_id is not None)
        facts.first_contact = id(heard) in self.first
        if self.repeats and (digest := heard.digest) is not None:
            facts.repeated_by = self.repeats.get((digest, heard.said_at), 0)
        return facts

    def kept(self, ticket: Ticket, at: datetime) -> frozenset[str]:
        """What a person had chosen by then; what somebody has or answered is not ignored."""
        chosen = {name for moment, name in self.chosen.get(ticket.pk, ()) if moment <= at}
        touched = ticket.assignee_id is not None or ticket.last_outbound_at is not None
        return frozenset(chosen | ({"ignored"} if touched else set()))


def _places(tickets: Sequence[Ticket]) -> dict[int, Mapping[str, Any]]:
    """Where accounts and searches had sent them, before any rule."""
    lines = Activity.objects.filter(ticket__in=tickets, verb="ticket.routed").order_by("-id")
    return dict(lines.values_list("ticket_id", "data"))


def _repeats(said: Mapping[int, Sequence[Heard]]) -> dict[tuple[int, datetime], int]:
    """(digest, moment) → so many people had said the same within a day by then. Of these tickets, and of every other
    message of the same days."""
    heard = [one for listed in said.values() for one in listed if not one.private]
    if not heard:
        return {}
    wanted = {digest for one in heard if (digest := one.digest) is not None}
    first, last = min(one.said_at for one in heard) - REPEATED_WITHIN, max(one.said_at for one in heard)
    rows = Message.objects.filter(
        ticket__last_inbound_at__gte=first, sent_at__gte=first, sent_at__lte=last, direction=Direction.IN
    ).exclude(visibility=Visibility.PRIVATE)
    sayings: dict[int, list[tuple[datetime, int]]] = {}
    columns = ("text", "spans", "identity_id", "sent_at")
    for text, spans, identity, at in rows.order_by("sent_at").values_list(*columns).iterator():
        digest = digest_of(text, links_in(spans))
        if digest in wanted:
            sayings.setdefault(digest, []).append((at, identity))
    return {(digest, at): count for digest, told in sayings.items() for at, count in _counted(told)}


def _counted(told: Sequence[tuple[datetime, int]]) -> Iterable[tuple[datetime, int]]:
    """In one walk: who comes in, and who spoke too long ago."""
    people: Counter[int] = Counter()
    oldest = 0
    for at, identity in told:
        people[identity] += 1
        while told[oldest][0] < at - REPEATED_WITHIN:
            gone = told[oldest][1]
            people[gone] -= 1
            if not people[gone]:
                del people[gone]
            oldest += 1
        yield at, len(people)
