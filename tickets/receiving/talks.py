"""One conversation under one name, and who is at it where: for messages that were filed before it was known what they
answer.

Where a channel names no conversation, a message has that of what it answers; while that is unknown, the conversation is
named after it. The caller holds the turn of the addresses concerned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from kapture.sets import update_rows
from tickets.choices import Visibility
from tickets.models import Message, MessageVersion

Key = tuple[int, str]  # address, what a message is called


@dataclass(frozen=True, slots=True)
class Parent:
    """What a message answers, and the ticket that was on when all of this began."""

    message: int
    ticket: int


@dataclass(frozen=True, slots=True)
class Talks:
    """Tickets around some conversations."""

    latest: dict[tuple[int, str, int | None], list[int]] = field(default_factory=dict)  # …, who: newest words first
    roots: dict[Key, int] = field(default_factory=dict)

    @property
    def tickets(self) -> set[int]:
        return {pk for pks in self.latest.values() for pk in pks} | set(self.roots.values())


def tie(names: Mapping[Key, str]) -> None:
    """Of these messages is known now to which conversation they belong: what was named after them belongs there too.
    No statement where there are none; else two at most."""
    ends = {key: _end(key, names) for key in names}
    ends = {key: talk for key, talk in ends.items() if talk not in ("", key[1])}
    if not ends:
        return
    called = Message.objects.filter(
        ~Q(conversation=""),
        address__in={address for address, _ in ends},
        conversation__in={number for _, number in ends},
    ).values_list("id", "address_id", "conversation")
    rows = [(pk, ends[address, talk]) for pk, address, talk in called if (address, talk) in ends]
    update_rows(Message, ["id", "conversation"], rows)


def _end(key: Key, names: Mapping[Key, str]) -> str:
    """One of them may be named after another of them."""
    talk = names[key]
    for _ in names:  # as many steps at most
        talk = names.get((key[0], talk), talk)
    return talk


def find_parents(rows: Sequence[Message]) -> dict[int, Parent]:
    """Two statements: an answer may name any version of what it answers."""
    answering = [row for row in rows if row.in_reply_to]
    asked = Q(address__in={row.address_id for row in answering}, external_id__in={row.in_reply_to for row in answering})
    versions = MessageVersion.objects.filter(asked, message__ticket__private=False)
    messages = Message.objects.filter(asked, ticket__private=False)
    found = {
        (address, number): Parent(pk, ticket)
        for address, number, pk, ticket in (
            *versions.values_list("address_id", "external_id", "message_id", "message__ticket_id"),
            *messages.values_list("address_id", "external_id", "id", "ticket_id"),
        )
    }
    keys = {row.pk: (row.address_id, row.in_reply_to) for row in answering}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def find_talks(rows: Iterable[Message]) -> Talks:
    """Where those who wrote these messages said something in the same conversations, and where these began. One
    indexed statement."""
    said = [row for row in rows if row.conversation]
    talks = Talks()
    if not said:
        return talks
    conversations = {row.conversation for row in said}
    by_them = Q(conversation__in=conversations, identity__in={row.identity_id for row in said}) & ~Q(conversation="")
    around = Message.objects.filter(
        by_them | Q(external_id__in=conversations),
        address__in={row.address_id for row in said},
        ticket__isnull=False,
        visibility=Visibility.PUBLIC,
    ).order_by("-sent_at", "-id")
    for row in around.only("address_id", "external_id", "conversation", "identity_id", "ticket_id"):
        if row.ticket_id is None:
            continue
        talks.latest.setdefault((row.address_id, row.conversation, row.identity_id), []).append(row.ticket_id)
        if row.external_id in conversations:
            talks.roots[row.address_id, row.external_id] = row.ticket_id
    return talks


def latest_of(talks: Talks, row: Message, *, but: Collection[int]) -> int | None:
    """The ticket where its writer last said something in its conversation."""
    found = talks.latest.get((row.address_id, row.conversation, row.identity_id), ())
    return next((pk for pk in found if pk not in but), None)
