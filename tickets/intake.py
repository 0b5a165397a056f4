"""Door 2: the one way messages enter tickets. Set-wise: the number of statements does not grow with the batch.

receive() may be called twice with the same messages, by several streams, in any order, by several workers at once:
(address, external id) is unique, batches of one address wait for each other, and what is known already is only noted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kapture.sets import lock_together
from tickets.candidates import find_links
from tickets.channels import InboundMessage
from tickets.choices import MatchAction
from tickets.echoes import confirm_echoes
from tickets.errors import UnknownAddress
from tickets.filing import Filing, Item
from tickets.live import announce
from tickets.loose import find_loose
from tickets.matching import Rules, Said, match
from tickets.models import Address, Message
from tickets.people import Sighting, meet

_LOCK_SPACE = 0x17A4E  # advisory locks of intake, keyed by address


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one message of the batch: stored, echo (our own send, confirmed) or known (told before)."""

    external_id: str
    outcome: str
    ticket: int | None = None
    opened: bool = False


def receive(batch: Sequence[InboundMessage], *, now: datetime) -> list[Received]:
    """Take in a batch, all or nothing; results in the order of the batch. Raises UnknownAddress."""
    with transaction.atomic():
        addresses = _addresses(batch)
        lock_together(_LOCK_SPACE, {address.pk for address in addresses.values()})
        items = _distinct(batch, addresses)
        known = _note_known(items)
        fresh = [item for key, item in items.items() if key not in known]
        _meet_everybody(fresh)
        echoes = confirm_echoes([item for item in fresh if item.message.by_us], now=now)
        filing = _file([item for item in fresh if not item.echo], now=now)
        filing.save()
        announce({item.ticket.pk for item in fresh if item.ticket is not None} | echoes)
    return [_result(items[_key(m, addresses)], known) for m in batch]


def _addresses(batch: Iterable[InboundMessage]) -> dict[tuple[str, str], Address]:
    wanted = {(m.channel, m.address_key) for m in batch}
    rows = Address.objects.filter(channel__in={c for c, _ in wanted}, key__in={k for _, k in wanted})
    found = {(row.channel, row.key): row for row in rows}
    for channel, key in wanted - found.keys():
        raise UnknownAddress(f"There is no address {key} on {channel}.")
    return found


Key = tuple[int, str]  # address, external id


def _key(message: InboundMessage, addresses: dict[tuple[str, str], Address]) -> Key:
    return addresses[message.channel, message.address_key].pk, message.external_id


def _distinct(batch: Iterable[InboundMessage], addresses: dict[tuple[str, str], Address]) -> dict[Key, Item]:
    """One item per message, in the order things were said; what is told twice in a batch keeps its first telling."""
    items: dict[Key, Item] = {}
    for message in sorted(batch, key=lambda m: m.sent_at):
        key = _key(message, addresses)
        if key not in items:
            items[key] = Item(message, addresses[message.channel, message.address_key])
        elif message.source not in items[key].sources:
            items[key].sources.append(message.source)
    return items


def _note_known(items: dict[Key, Item]) -> dict[Key, int | None]:
    """Messages we hold already → their ticket; a new source of one of them is noted."""
    rows = Message.objects.filter(
        address__in={address for address, _ in items}, external_id__in={external_id for _, external_id in items}
    ).values_list("id", "address_id", "external_id", "ticket_id", "sources")
    known: dict[Key, int | None] = {}
    by_sources: dict[tuple[str, ...], list[int]] = {}
    for pk, address, external_id, ticket, sources in rows:
        assert external_id is not None
        known[address, external_id] = ticket
        told = [*sources, *(s for s in items[address, external_id].sources if s not in sources)]
        if told != sources:
            by_sources.setdefault(tuple(told), []).append(pk)
    # As many statements as there are combinations of streams: a handful, whatever the batch.
    for combination, pks in by_sources.items():
        Message.objects.filter(pk__in=pks).update(sources=list(combination))
    return known


def _meet_everybody(items: Sequence[Item]) -> None:
    """The customer's identity of each item: who wrote it, or to whom we wrote."""
    people = {id(item): item.message.counterpart if item.message.by_us else item.message.author for item in items}
    identities = meet(
        Sighting(item.message.channel, person, item.message.sent_at)
        for item in items
        if (person := people[id(item)]) is not None
    )
    for item in items:
        person = people[id(item)]
        if person is not None:
            item.identity = identities[item.message.channel, person.external_id]


def _file(items: Sequence[Item], *, now: datetime) -> Filing:
    customers = {
        item.identity.external_id: (item.identity.pk, item.identity.customer_id) for item in items if item.identity
    }
    batch = [(item.address.pk, item.message) for item in items]
    links = find_links(batch, customers=customers)
    filing = Filing(links=links, loose=find_loose(batch), now=now)
    for item in items:
        identity, address = item.identity, item.address
        said = Said(
            customer=identity.customer_id if identity else None,
            by_us=item.message.by_us,
            private=item.message.private,
            sent_at=item.message.sent_at,
        )
        candidates = links.candidates(
            address.pk,
            item.message,
            identity=identity.pk if identity else 0,
            customer=identity.customer_id if identity else 0,
        )
        rules = Rules(
            public_window=address.public_window,
            private_window=address.private_window,
            after_resolution=address.after_resolution,
        )
        filing.add(item, match(said, candidates, rules))
    return filing


def _result(item: Item, known: dict[Key, int | None]) -> Received:
    key = (item.address.pk, item.message.external_id)
    if key in known:
        return Received(external_id=key[1], outcome="known", ticket=known[key])
    return Received(
        external_id=key[1],
        outcome="echo" if item.echo else "stored",
        ticket=item.ticket.pk if item.ticket else None,
        opened=item.action in (MatchAction.OPEN, MatchAction.FOLLOW_UP),
    )
