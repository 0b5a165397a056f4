"""Finds the tickets a batch of messages may belong to: one statement per kind of link, however many messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from tickets.choices import CATEGORY_OF, Status, StatusCategory
from tickets.inbound import InboundMessage
from tickets.matching import Candidates, Rules, TicketFacts
from tickets.models import Address, Message, MessageVersion, Ticket

_MESSAGE_COLUMNS = ("address_id", "external_id", "in_reply_to", "conversation", "identity_id", "ticket_id")


@dataclass(slots=True)
class Links:
    """What is known of messages and tickets around a batch; grows as the batch itself is decided."""

    tickets: dict[Any, TicketFacts] = field(default_factory=dict)
    stored: dict[int, Ticket] = field(default_factory=dict)  # locked until the end of the transaction
    ticket_of: dict[tuple[int, str], Any] = field(default_factory=dict)  # (address, external id) → ref
    conversation_of: dict[tuple[int, str], str] = field(default_factory=dict)
    answered_by: dict[tuple[int, str], list[Any]] = field(default_factory=dict)  # (address, id answered) → refs
    in_conversation: dict[tuple[int, str, int], Any] = field(default_factory=dict)  # …, conversation, identity
    private_of: dict[tuple[int, int], Any] = field(default_factory=dict)  # (address, identity) → ref
    gone_at: dict[tuple[int, str], datetime] = field(default_factory=dict)  # what is deleted on its channel → when

    def conversation(self, address: int, message: InboundMessage) -> str:
        """X's own conversation where it tells one, else that of the message answered, else the message itself."""
        if message.private or message.conversation:
            return message.conversation
        parent = message.in_reply_to
        return self.conversation_of.get((address, parent)) or parent or message.external_id

    def quoted_gone_at(self, address: int, message: InboundMessage) -> datetime | None:
        return self.gone_at.get((address, message.quoted.external_id)) if message.quoted else None

    def candidates(self, address: int, message: InboundMessage, *, identity: int) -> Candidates:
        if message.private:
            return Candidates(partner=self._facts(self.private_of.get((address, identity))))
        conversation = self.conversation(address, message)
        quoted = message.quoted.external_id if message.quoted else ""
        return Candidates(
            parent=self._facts(self.ticket_of.get((address, message.in_reply_to))),
            child=self._facts(self._child(address, message)),
            conversation=self._facts(self.in_conversation.get((address, conversation, identity))),
            root=self._facts(self.ticket_of.get((address, conversation))),
            quoted=self._facts(self.ticket_of.get((address, quoted))),
        )

    def remember(self, address: int, message: InboundMessage, *, identity: int, ref: Any) -> None:
        """The batch's own decision: the next message of the batch may answer this one."""
        conversation = self.conversation(address, message)
        self.conversation_of |= {(address, number): conversation for number in message.ids}
        if ref is None:
            return
        self.ticket_of |= {(address, number): ref for number in message.ids}
        if message.private:
            self.private_of[address, identity] = ref
            return
        self.in_conversation[address, conversation, identity] = ref
        if message.in_reply_to:
            self.answered_by.setdefault((address, message.in_reply_to), []).append(ref)

    def _child(self, address: int, message: InboundMessage) -> Any:
        """The ticket of what answers it, by whichever of its ids; of several one that somebody is at work on, for it
        stays where it is, then the first that goes on."""
        ids = dict.fromkeys((message.external_id, *message.versions))
        found = [ref for number in ids for ref in self.answered_by.get((address, number), ()) if ref in self.tickets]
        return min(found, key=self._readiness, default=None)

    def _readiness(self, ref: Any) -> int:
        facts, stored = self.tickets[ref], self.stored.get(ref)
        if CATEGORY_OF[Status(facts.status)] == StatusCategory.DONE:
            return 2
        at_work = facts.status != Status.NEW or (stored is not None and stored.assignee_id is not None)
        return 0 if at_work else 1

    def _facts(self, ref: Any) -> TicketFacts | None:
        return self.tickets.get(ref)


def find_links(batch: Iterable[tuple[int, InboundMessage]], *, customers: Mapping[str, tuple[int, int]]) -> Links:
    """Seven statements. `customers`: external id → (identity, customer) of everybody in the batch."""
    links = Links()
    public = [(address, m) for address, m in batch if not m.private]
    private = [(address, m) for address, m in batch if m.private]
    addresses = {address for address, _ in (*public, *private)}
    _find_parents(links, addresses, public)
    _find_children(links, addresses, public)
    _find_conversations(links, addresses, public, customers)
    _find_private(links, private, customers)
    _load_facts(links)
    return links


def _find_parents(links: Links, addresses: set[int], batch: list[tuple[int, InboundMessage]]) -> None:
    """What the batch answers or quotes, and what its conversations began with."""
    wanted = {m.in_reply_to for _, m in batch} | {m.quoted.external_id for _, m in batch if m.quoted}
    wanted |= {m.conversation for _, m in batch} | {number for _, m in batch for number in m.versions}
    rows = Message.objects.filter(address__in=addresses, external_id__in=wanted - {""})
    for address, external_id, _, conversation, _, ticket, gone_at in rows.values_list(*_MESSAGE_COLUMNS, "deleted_at"):
        links.conversation_of[address, external_id] = conversation
        if gone_at:
            links.gone_at[address, external_id] = gone_at
        if ticket:
            links.ticket_of[address, external_id] = ticket
    # An answer to an edited message may name any of its versions.
    versions = MessageVersion.objects.filter(address__in=addresses, external_id__in=wanted - {""})
    columns = ("address_id", "external_id", "message__conversation", "message__ticket_id", "message__deleted_at")
    for address, external_id, conversation, ticket, gone_at in versions.values_list(*columns):
        links.conversation_of.setdefault((address, external_id), conversation)
        if gone_at:
            links.gone_at[address, external_id] = gone_at
        if ticket:
            links.ticket_of.setdefault((address, external_id), ticket)


def _find_children(links: Links, addresses: set[int], batch: list[tuple[int, InboundMessage]]) -> None:
    ids = {number for _, m in batch for number in m.ids}
    rows = Message.objects.filter(~Q(in_reply_to=""), address__in=addresses, in_reply_to__in=ids, ticket__isnull=False)
    for address, _, in_reply_to, _, _, ticket in rows.order_by("id").values_list(*_MESSAGE_COLUMNS):
        links.answered_by.setdefault((address, in_reply_to), []).append(ticket)


def _find_conversations(
    links: Links,
    addresses: set[int],
    batch: list[tuple[int, InboundMessage]],
    customers: Mapping[str, tuple[int, int]],
) -> None:
    wanted = {links.conversation(address, m) for address, m in batch} - {""}
    identities = {identity for identity, _ in customers.values()}
    rows = (
        Message.objects.filter(
            ~Q(conversation=""),
            address__in=addresses,
            conversation__in=wanted,
            identity__in=identities,
            ticket__isnull=False,
        )
        .order_by("address_id", "conversation", "identity_id", "-sent_at")
        .distinct("address_id", "conversation", "identity_id")
    )
    for address, _, _, conversation, identity, ticket in rows.values_list(*_MESSAGE_COLUMNS):
        links.in_conversation[address, conversation, identity] = ticket


def _find_private(
    links: Links, batch: list[tuple[int, InboundMessage]], customers: Mapping[str, tuple[int, int]]
) -> None:
    """By who wrote, for a private talk is with one handle; the customer is named for the index alone."""
    if not batch:
        return
    rows = (
        Ticket.objects.filter(
            address__in={address for address, _ in batch},
            customer__in={customer for _, customer in customers.values()},
            identity__in={identity for identity, _ in customers.values()},
            private=True,
        )
        .order_by("address_id", "identity_id", "-last_message_at", "-id")
        .distinct("address_id", "identity_id")
    )
    for address, identity, ticket in rows.values_list("address_id", "identity_id", "id"):
        links.private_of[address, identity] = ticket


def _load_facts(links: Links) -> None:
    refs = {
        *links.ticket_of.values(),
        *(ref for refs in links.answered_by.values() for ref in refs),
        *links.in_conversation.values(),
        *links.private_of.values(),
    }
    links.stored = lock_tickets(refs)
    for pk in links.stored:
        # Whatever still names an emptied ticket means the one that everything was brought to.
        end = end_of(pk, links.stored)
        links.tickets[pk] = links.tickets.get(end) or facts_of(links.stored[end], ref=end)
        links.tickets[end] = links.tickets[pk]


def lock_tickets(pks: Iterable[int]) -> dict[int, Ticket]:
    """With those that what was said on them was brought to; only for these it takes a second statement."""
    found: dict[int, Ticket] = {}
    wanted = set(pks)
    while wanted:
        # Locked in one order: an agent's change of the same ticket waits for us, or we for it.
        rows = Ticket.objects.filter(pk__in=wanted).order_by("pk")
        found |= {ticket.pk: ticket for ticket in rows.select_for_update(no_key=True, of=("self",))}
        wanted = {t.merged_into_id for t in found.values() if t.merged_into_id is not None} - found.keys() - wanted
    return found


def end_of(pk: int, tickets: Mapping[int, Ticket]) -> int:
    """The ticket where everything is that was said on this one; `tickets` as `lock_tickets` finds them."""
    for _ in tickets:  # as many steps at most
        further = tickets[pk].merged_into_id
        if further is None or further not in tickets:
            break
        pk = further
    return pk


def facts_of(ticket: Ticket, *, ref: Any) -> TicketFacts:
    return TicketFacts(
        ref=ref,
        customer=ticket.customer_id,
        private=ticket.private,
        status=ticket.status,
        last_message_at=ticket.last_message_at,
    )


def rules_of(address: Address) -> Rules:
    return Rules(
        public_window=address.public_window,
        private_window=address.private_window,
        after_resolution=address.after_resolution,
    )
