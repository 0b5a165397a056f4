"""Door 2: the one way messages enter tickets. Set-wise: the number of statements does not grow with the batch.

receive() may be called twice with the same messages, by several streams, in any order, by several workers at once:
(address, external id) is unique, batches of one address wait for each other, and what is known already is only noted.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tickets.automatic import autoreplies
from tickets.automatic.inviting import accept
from tickets.choices import MatchAction
from tickets.composing import by_hand
from tickets.composing.files import sweep
from tickets.errors import UnknownAddress
from tickets.finding import forgetting
from tickets.happenings import Fact, ReadUpTo, Retraction, Typing
from tickets.history import note_activities
from tickets.inbound import InboundMessage
from tickets.live import announce, announce_everywhere, announce_stream, announce_typing
from tickets.models import Address, Message, Ticket
from tickets.permissions import require
from tickets.receiving.attention import mark, typed_on
from tickets.receiving.completing import complete, fuller
from tickets.receiving.echoes import confirm_echoes
from tickets.receiving.erased import stand_in
from tickets.receiving.filing import Item, merged
from tickets.receiving.labels import know_labels
from tickets.receiving.noting import note
from tickets.receiving.overtaken import earlier_versions_of_gone, find_buried, gone, lift
from tickets.receiving.people import Sighting, meet
from tickets.receiving.retracting import bury
from tickets.receiving.storing import store
from tickets.receiving.told_again import as_told
from tickets.receiving.turns import take_turns
from tickets.resting import lapsing
from tickets.staffing.giving import give_out

_CLOSED_AT_ONCE = 500

Told = TypeVar("Told", Retraction, Fact, ReadUpTo, Typing)


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
        take_turns(address.pk for address in addresses.values())
        items = _distinct(batch, addresses)
        know_labels(items.values())
        known = _note_known(items)
        buried = find_buried(list(items.values()))
        put_aside = {id(item) for item in buried}
        fresh = [item for key, item in items.items() if key not in known and id(item) not in put_aside]
        _meet_everybody([*fresh, *buried])
        ours = [item for item in fresh if item.message.by_us]
        tickets = confirm_echoes([*ours, *(item for item in buried if item.message.by_us)], now=now)
        tickets |= bury(earlier_versions_of_gone(item for item in items.values() if id(item) not in put_aside), now=now)
        lifted = [item for item in buried if not item.echo]
        lift(lifted)
        tickets |= store([item for item in (*fresh, *lifted) if not item.echo], now=now)
        tickets |= bury(gone(lifted), now=now)
        tickets |= accept(fresh) | complete(list(items.values()))
        by_hand.settle(fresh, now=now)
        autoreplies.consider(fresh, now=now)
        back = [item.ticket.pk for item in fresh if item.ticket is not None and item.action == MatchAction.REOPEN]
        give_out(tickets, came_back=back, now=now)
        announce(tickets)
    return [_result(items[_key(m, addresses)], known) for m in batch]


def take_up(told: InboundMessage, *, by: User, now: datetime) -> int | None:
    """What was kept on no ticket, or left no message at all, goes where it would have gone; returns that ticket. On one
    already, it stays there. None for what is gone, or belongs to none. Raises UnknownAddress, NotAllowed."""
    require(by, "work")
    with transaction.atomic():
        (address,) = _addresses([told]).values()
        take_turns([address.pk])
        rows = Message.objects.select_related("address", "identity")
        row = rows.filter(address=address, external_id=told.external_id).first()
        if row is not None and (row.ticket_id or row.deleted_at or row.identity is None):
            return row.ticket_id
        found = receive([told], now=now)[0].ticket if row is None else _bring(row, now=now)
        if found is not None:
            note_activities([(found, "ticket.made", {})], by=by, at=now)
    return found


def _bring(row: Message, *, now: datetime) -> int | None:
    item = Item(as_told(row), row.address, identity=row.identity, held=row)
    concerned = store([item], now=now)
    give_out(concerned, now=now)
    announce(concerned)
    return item.ticket.pk if item.ticket else None


def retract(batch: Sequence[Retraction], *, now: datetime) -> None:
    """Messages that are gone from their channel lose text and media here; what is unknown is remembered as gone."""
    with transaction.atomic():
        told = {(address.pk, r.external_id): r for address, r in _addressed(batch)}
        take_turns(address for address, _ in told)
        announce(bury(told, now=now))


def drop_files() -> None:
    """Remove now what files belong to no message and no draft any more, instead of at the next bell."""
    while sweep():
        pass


def forget_handles(handles: Collection[str]) -> None:
    """No search that is kept names these people any more. In small letters, without @."""
    forgetting.forget_handles(handles)


def forget_names(names: Iterable[str]) -> None:
    """Nor by a name without an @, when nobody is known by it any more."""
    forgetting.forget_names(names)


def note_facts(batch: Sequence[Fact], *, now: datetime) -> None:
    """What happened without a word: customers' timelines and daily counts."""
    with transaction.atomic():
        note(_addressed(batch), now=now)


def left_alone() -> QuerySet[Ticket]:
    """What nobody took up, of which a channel may let lapse what it found by itself."""
    return lapsing.left_alone(Ticket.objects.all())


def let_lapse(tickets: Sequence[int], *, now: datetime) -> int:
    """Tickets a channel found by itself, and that nobody wanted after all: resolved, where still untouched."""
    with transaction.atomic():
        lapsed = lapsing.resolve(tickets, now=now)
        announce(lapsed)
    return len(lapsed)


def close_all(channel: str, address_key: str, *, now: datetime) -> int:
    """An address whose content had to go: its undone tickets leave the queues, a batch in a transaction. Returns how
    many. May be run again."""
    address, count = Address.objects.get(channel=channel, key=address_key).pk, 0
    while closed := _close_some(address, now=now):
        count += closed
    return count


@transaction.atomic
def _close_some(address: int, *, now: datetime) -> int:
    take_turns([address])
    closed = lapsing.close_emptied(address, now=now, at_most=_CLOSED_AT_ONCE)
    announce(closed)
    return len(closed)


def note_attention(reads: Sequence[ReadUpTo], typing: Sequence[Typing], *, now: datetime) -> None:
    """Read receipts mark our private messages; typing shows on open pages for seconds and is not stored."""
    with transaction.atomic():
        announce(mark(_addressed(reads)))
        announce_typing(typed_on(_addressed(typing), now=now))


def refresh_streams(addresses: Iterable[int], private: Iterable[int] = ()) -> None:
    """The open streams of these addresses have something new; `private`: for those alone who may read that."""
    announce_stream(addresses, private)


def refresh_pages() -> None:
    """An address stopped or goes on: every open page shows its banner, or takes it away, at once."""
    announce_everywhere()


def _addressed(batch: Sequence[Told]) -> list[tuple[Address, Told]]:
    addresses = _addresses(batch)
    return [(addresses[told.channel, told.address_key], told) for told in batch]


def _addresses(
    batch: Iterable[InboundMessage | Retraction | Fact | ReadUpTo | Typing],
) -> dict[tuple[str, str], Address]:
    wanted = {(m.channel, m.address_key) for m in batch}
    rows = Address.objects.filter(channel__in={c for c, _ in wanted}, key__in={k for _, k in wanted})
    found = {(row.channel, row.key): row for row in rows}
    for channel, key in wanted - found.keys():
        raise UnknownAddress(_("There is no address %(key)s on %(channel)s.") % {"key": key, "channel": channel})
    return found


Key = tuple[int, str]  # address, external id


def _key(message: InboundMessage, addresses: dict[tuple[str, str], Address]) -> Key:
    return addresses[message.channel, message.address_key].pk, message.external_id


def _distinct(batch: Iterable[InboundMessage], addresses: dict[tuple[str, str], Address]) -> dict[Key, Item]:
    """One item per message, in the order things were said; what is told twice in a batch is made one of both."""
    items: dict[Key, Item] = {}
    for message in sorted(batch, key=lambda m: m.sent_at):
        key = _key(message, addresses)
        if key not in items:
            items[key] = Item(message, addresses[message.channel, message.address_key])
        else:
            items[key].note_source(message)
            items[key].message = fuller(items[key].message, message)
    return items


def _note_known(items: dict[Key, Item]) -> dict[Key, int | None]:
    """Messages we hold already → their ticket, also those whose author was erased; a new source of one of them is
    noted."""
    numbers = {external_id for _, external_id in items}
    erased = {stand_in(number): number for number in numbers}
    rows = Message.objects.filter(
        address__in={address for address, _ in items}, external_id__in=numbers | erased.keys()
    ).values_list("id", "address_id", "external_id", "ticket_id", "sources", "labels", "deleted_at", "outbox")
    known: dict[Key, int | None] = {}
    changed: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for pk, address, external_id, ticket, sources, labels, deleted_at, entry in rows:
        assert external_id is not None
        key = address, erased.get(external_id, external_id)
        item = items[key]
        item.buried = deleted_at is not None and not ticket and not entry
        item.gone_at = deleted_at
        known[key] = ticket
        told = merged(sources, item.sources), merged(labels, item.labels)
        item.again = pk if told[0] != sources else None
        if told != (sources, labels):
            changed.setdefault((tuple(told[0]), tuple(told[1])), []).append(pk)
    # As many statements as there are combinations of streams and labels: a handful, whatever the batch.
    for (all_sources, all_labels), pks in changed.items():
        Message.objects.filter(pk__in=pks).update(sources=list(all_sources), labels=list(all_labels))
    return known


def _meet_everybody(items: Sequence[Item]) -> None:
    """The customer's identity of each item: who wrote it, or to whom we wrote."""
    people = {id(item): item.message.counterpart if item.message.by_us else item.message.author for item in items}
    identities = meet(
        Sighting(item.message.channel, person, item.message.as_of)
        for item in items
        if (person := people[id(item)]) is not None
    )
    for item in items:
        person = people[id(item)]
        if person is not None:
            item.identity = identities[item.message.channel, person.external_id]


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
