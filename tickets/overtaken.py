"""Messages that come after they were deleted: a deletion may overtake what it deletes. Used by intake alone."""

from collections.abc import Iterable, Sequence

from tickets.filing import Item
from tickets.happenings import Retraction
from tickets.models import Message
from tickets.retracting import Gone


def lift(items: Sequence[Item]) -> None:
    """Take away the bare tombstones of our messages that come after all: they are filed like others, so that they
    stop the clocks they stopped, and are buried where they belong. One statement, if any."""
    if items:
        addresses, numbers = {item.address.pk for item in items}, {item.message.external_id for item in items}
        bare = Message.objects.filter(address__in=addresses, external_id__in=numbers, ticket=None)
        bare.exclude(deleted_at=None).delete()


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
