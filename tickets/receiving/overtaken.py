"""Messages that come after they were deleted: a deletion may overtake what it deletes. Used by intake alone."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from tickets.happenings import Retraction
from tickets.models import Message, MessageVersion
from tickets.receiving.filing import Item
from tickets.receiving.retracting import Gone


def lift(items: Sequence[Item]) -> None:
    """Take away the bare tombstones of our messages that come after all: they are filed like others, so that they
    stop the clocks they stopped, and are buried where they belong. One statement, if any."""
    if items:
        _bare(items).delete()


def find_buried(items: Iterable[Item]) -> list[Item]:
    """Those of which a deletion came first and that are filed all the same: what we said, for it stopped clocks, by
    whichever of its versions; and what is a version of a message we hold, for that is what was deleted. Statements for
    edited ones only."""
    edited = [item for item in items if len(item.message.versions) > 1]
    if edited:
        _note_deleted_versions([item for item in edited if item.message.by_us])
        _note_held_versions([item for item in edited if item.buried and not item.message.by_us])
    return [item for item in items if item.buried and (item.message.by_us or item.of_held)]


def _note_deleted_versions(items: Sequence[Item]) -> None:
    rows = _bare(items).values_list("address_id", "external_id", "deleted_at") if items else ()
    bare = {(address, number): at for address, number, at in rows}
    for item in items:
        times = [bare[item.address.pk, number] for number in item.message.ids if (item.address.pk, number) in bare]
        if times:
            item.buried, item.gone_at = True, min(at for at in times if at is not None)


def _note_held_versions(items: Sequence[Item]) -> None:
    if not items:
        return
    addresses, numbers = _named(items)
    held = Message.objects.filter(address__in=addresses, external_id__in=numbers, ticket__isnull=False)
    versions = MessageVersion.objects.filter(address__in=addresses, external_id__in=numbers)
    found = {*held.values_list("address_id", "external_id"), *versions.values_list("address_id", "external_id")}
    for item in items:
        item.of_held = any((item.address.pk, number) in found for number in item.message.ids)


def _named(items: Iterable[Item]) -> tuple[set[int], set[str]]:
    listed = list(items)
    return {item.address.pk for item in listed}, {number for item in listed for number in item.message.ids}


def _bare(items: Iterable[Item]) -> QuerySet[Message]:
    """Tombstones of what nobody had told of, by any version of these."""
    addresses, numbers = _named(items)
    rows = Message.objects.filter(address__in=addresses, external_id__in=numbers, ticket=None, outbox=None)
    return rows.exclude(deleted_at=None)


def gone(items: Iterable[Item]) -> Gone:
    """What was told of these before they came."""
    return {(item.address.pk, item.message.external_id): _retraction(item, item.message.external_id) for item in items}


def earlier_versions_of_gone(items: Iterable[Item]) -> Gone:
    """The newest version was deleted before it was told: what it replaced is gone with it, held or still to come."""
    return {
        (item.address.pk, number): _retraction(item, number)
        for item in items
        if item.gone_at is not None
        for number in item.message.versions
        if number != item.message.external_id
    }


def _retraction(item: Item, number: str) -> Retraction:
    assert item.gone_at is not None
    told = item.message
    return Retraction(channel=told.channel, address_key=told.address_key, external_id=number, at=item.gone_at)
