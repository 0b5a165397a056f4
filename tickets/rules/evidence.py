"""Finds what routing rules ask about: as many statements as there are sorts of facts asked for, however many messages
and rules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from kapture.sets import update_rows
from tickets.calendars import Calendar
from tickets.choices import Direction, Visibility
from tickets.inbound import InboundMessage
from tickets.models import Address, BusinessHours, Identity, ListEntry, Message, Saying
from tickets.rules.facts import Facts, Senses
from tickets.rules.shape import Places, digest_of, links_in

# What a person does to a ticket, and what no rule changes on it from then on.
CHOICES = {
    "ticket.moved": "queue",
    "ticket.filed": "folder",
    "ticket.priority": "priority",
    "ticket.assigned": "assignee",
    "ticket.status": "ignored",
    "ticket.skills": "skills",
}
REPEATED_WITHIN = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one message says of itself, whether it comes now or is stored, and who said it."""

    address: int
    identity: Identity
    text: str
    kind: str
    private: bool
    source: str
    labels: Sequence[str]
    language: str
    media: int
    said_at: datetime
    links: Places = ()

    @property
    def digest(self) -> int | None:
        return digest_of(self.text, self.links)

    @classmethod
    def of(cls, message: InboundMessage, address: Address, identity: Identity) -> "Heard":
        return cls(
            address=address.pk,
            identity=identity,
            text=message.text,
            kind=message.kind,
            private=message.private,
            source=message.source,
            labels=message.labels,
            language=message.language,
            media=len(message.attachments),
            said_at=message.sent_at,
            links=tuple((span.start, span.end) for span in message.spans if span.kind == "url"),
        )

    @classmethod
    def read(cls, row: Message, identity: Identity, *, media: int) -> "Heard":
        """Of a message that is stored."""
        return cls(
            address=row.address_id,
            identity=identity,
            text=row.text,
            kind=row.kind,
            private=row.visibility == Visibility.PRIVATE,
            source=row.sources[0] if row.sources else "",
            labels=row.labels,
            language=row.language,
            media=media,
            said_at=row.sent_at,
            links=links_in(row.spans),
        )


@dataclass(slots=True)
class Evidence:
    """What is known around a batch of messages."""

    senses: Senses = field(default_factory=Senses)
    lists: Mapping[int, frozenset[int]] = field(default_factory=dict)  # identity → lists
    known: set[int] = field(default_factory=set)  # identities that wrote before
    repeats: Mapping[int, int] = field(default_factory=dict)  # digest → people
    hours: Mapping[int, Calendar] = field(default_factory=dict)

    def facts(self, heard: Heard, *, new_ticket: bool, follow_up: bool) -> Facts:
        """Of one message after the other, in the order they were said: who wrote once is known from then on."""
        identity = heard.identity
        first = identity.pk not in self.known
        self.known.add(identity.pk)
        digest = heard.digest if self.repeats else None
        return Facts(
            text=heard.text,
            links=heard.links,
            kind=heard.kind,
            private=heard.private,
            source=heard.source,
            searches=frozenset(label.lower() for label in heard.labels),
            told_language=heard.language,
            media=heard.media,
            said_at=heard.said_at,
            repeated_by=self.repeats.get(digest, 0) if digest is not None else 0,
            handle=identity.handle,
            name=identity.name,
            bio=identity.bio,
            location=identity.location,
            followers=identity.followers,
            verified=identity.verified,
            protected=identity.protected,
            joined_at=identity.joined_at,
            first_contact=first,
            lists=self.lists.get(identity.pk, frozenset()),
            account=heard.address,
            open_hours=frozenset(pk for pk, hours in self.hours.items() if hours.is_open(heard.said_at)),
            new_ticket=new_ticket,
            follow_up=follow_up,
            senses=self.senses,
        )


def find_evidence(heard: Sequence[Heard], *, asked: Collection[str], senses: Senses) -> Evidence:
    """One statement for lists (and one that binds whoever of them writes first), one for who wrote before, two for what
    many say, one for business hours; none for what nobody asks."""
    people = {one.identity.pk: one.identity for one in heard}
    return Evidence(
        senses=senses,
        lists=lists_of(people, bind=True) if "list" in asked else {},
        known=_wrote_before(people) if "first_contact" in asked else set(),
        repeats=_repeats(heard) if "repeated_by" in asked else {},
        hours=business_hours() if "open_hours" in asked else {},
    )


def business_hours() -> dict[int, Calendar]:
    return {hours.pk: hours.calendar for hours in BusinessHours.objects.all()}


def lists_of(people: Mapping[int, Identity], *, bind: bool) -> dict[int, frozenset[int]]:
    """On which lists they are. `bind`: who is known by handle alone is known by who they are from now on."""
    by_handle = {identity.handle.lower(): identity for identity in people.values() if identity.handle}
    found: dict[int, set[int]] = {}
    unmet: list[list[int]] = []
    entries = ListEntry.objects.filter(Q(identity__in=people) | Q(identity=None, handle__in=by_handle))
    for entry in entries:
        if entry.identity_id is None:
            entry.identity_id = by_handle[entry.handle].pk
            unmet.append([entry.pk, entry.identity_id])
        found.setdefault(entry.identity_id, set()).add(entry.list_id)
    update_rows(ListEntry, ["id", "identity"], unmet if bind else [])
    return {identity: frozenset(lists) for identity, lists in found.items()}


def _wrote_before(people: Iterable[int]) -> set[int]:
    said = Message.objects.filter(identity=OuterRef("pk"), direction=Direction.IN)
    return set(Identity.objects.filter(Exists(said), pk__in=people).values_list("pk", flat=True))


def _repeats(heard: Sequence[Heard]) -> dict[int, int]:
    """How many people said each of these within a day before, the batch included."""
    said: dict[tuple[int, int], datetime] = {}
    for one in heard:
        digest = one.digest
        if digest is not None and not one.private:
            said[digest, one.identity.pk] = one.said_at
    if not said:
        return {}
    rows = [Saying(digest=digest, identity_id=pk, said_at=at) for (digest, pk), at in sorted(said.items())]
    known = ["digest", "identity"]
    Saying.objects.bulk_create(rows, update_conflicts=True, unique_fields=known, update_fields=["said_at"])
    since = min(said.values()) - REPEATED_WITHIN
    counted = Saying.objects.filter(digest__in={digest for digest, _ in said}, said_at__gte=since)
    return dict(counted.values_list("digest").annotate(people=Count("identity", distinct=True)).order_by())


def forget_sayings(*, now: datetime) -> None:
    """What is too old to count."""
    Saying.objects.filter(said_at__lt=now - FORGOTTEN_AFTER).delete()
