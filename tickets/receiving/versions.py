"""Edited messages: one message, several versions, each with an id of its own. Used by intake alone.

A version may come before the one it replaces, and an old one may be told again: whichever comes, the newest text stands
and every id leads to the same message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kapture.sets import copy_rows, insert_missing
from tickets.choices import Direction
from tickets.finding.entries import index
from tickets.history import current_gesture
from tickets.models import Activity, Media, Message, MessageVersion, Ticket
from tickets.receiving.filing import Item
from tickets.receiving.rows import media_row, shorten, span_rows

_US = "us"  # no person's id
_COLUMNS = ("message", "address", "external_id", "text", "spans", "sent_at")


@dataclass(slots=True)
class Amended:
    """What came of looking for versions: items that were only versions of something, and the tickets concerned."""

    items: list[Item] = field(default_factory=list)
    tickets: set[int] = field(default_factory=set)
    unsaid: list[tuple[Item, Message]] = field(default_factory=list)  # left its ticket resolved by what it said before

    def add(self, more: "Amended") -> None:
        self.items += more.items
        self.tickets |= more.tickets
        self.unsaid += more.unsaid


def amend(items: Sequence[Item]) -> Amended:
    """Put items that are versions of stored messages where they belong. At rest two statements; edits are rare."""
    holders = _holders(items)
    _disown(items, holders)
    amended = Amended()
    for item in items:
        message = _held(item, holders) if item.held is None else None
        if message is None:
            continue
        amended.items.append(item)
        if message.deleted_at is None:
            before = message.external_id
            _apply(item, message)
            if message.left_resolved and message.external_id != before:
                amended.unsaid.append((item, message))
        if message.ticket_id is not None:
            amended.tickets.add(message.ticket_id)
    return amended


def remember_versions(items: Sequence[Item]) -> None:
    """For messages just stored that had been edited before we heard of them: their earlier ids lead to them too."""
    rows = []
    for item in items:
        if item.row is not None and len(item.message.versions) > 1:
            rows += [_version(item.row, number, item) for number in item.message.versions]
    insert_missing(MessageVersion, _COLUMNS, rows, returning=["id"])


def awaits_another(item: Item, ids: set[tuple[int, str]]) -> bool:
    """Whether an earlier version of the item is itself in the batch, to be stored first."""
    earlier = (number for number in item.message.versions if number != item.message.external_id)
    return any((item.address.pk, number) in ids for number in earlier)


def _holders(items: Sequence[Item]) -> dict[tuple[int, str], Message]:
    """(address, any id) → the stored message that has or had it."""
    addresses = {item.address.pk for item in items}
    ids = {number for item in items for number in item.message.ids}
    rows = MessageVersion.objects.filter(address__in=addresses, external_id__in=ids)
    rows = rows.select_related("message__identity")
    holders = {(row.address_id, row.external_id): row.message for row in rows}
    edited = {number for item in items if len(item.message.versions) > 1 for number in item.message.versions}
    if edited:
        named = Message.objects.filter(address__in=addresses, external_id__in=edited)
        for message in named.select_related("identity"):
            holders[message.address_id, message.external_id or ""] = message
    return holders


def _held(item: Item, holders: dict[tuple[int, str], Message]) -> Message | None:
    numbers = (item.message.external_id, *item.message.versions)
    found = (holders.get((item.address.pk, number)) for number in numbers)
    return next((m for m in found if m is not None and _may_be_one(_author_of(m), _author(item))), None)


def _disown(items: Sequence[Item], holders: dict[tuple[int, str], Message]) -> None:
    """Only its author edits a message: what names one of somebody else's as its earlier version is one of its own."""
    edited = [item for item in items if len(item.message.versions) > 1]
    beside = {(item.address.pk, item.message.external_id): _author(item) for item in items} if edited else {}
    for item in edited:
        keys = [(item.address.pk, number) for number in item.message.versions]
        authors = [beside[key] for key in keys if key in beside]
        authors += [_author_of(holders[key]) for key in keys if key in holders]
        if not all(_may_be_one(author, _author(item)) for author in authors):
            item.message = replace(item.message, versions=())


def _author(item: Item) -> str:
    return _US if item.message.by_us else item.message.author.external_id


def _author_of(message: Message) -> str:
    if message.direction == Direction.OUT:
        return _US
    return message.identity.external_id if message.identity is not None else ""


def _may_be_one(one: str, other: str) -> bool:
    """Nobody in particular may be anybody."""
    return one == other or not one or not other


def _apply(item: Item, message: Message) -> None:
    """Write the versions down; if this one is the newest, the message takes its text, and keeps its own time."""
    told = item.message
    present = message.external_id or ""
    newest = len(told.versions) > 1 and told.versions[-1] == told.external_id and present in told.versions[:-1]
    numbers = dict.fromkeys([*told.versions, told.external_id, present])
    rows = [_version(message, number, item) for number in numbers]
    insert_missing(MessageVersion, _COLUMNS, rows, returning=["id"])
    blank = MessageVersion.objects.filter(address=item.address, external_id=told.external_id, text="")
    blank.update(text=told.text, spans=span_rows(told), sent_at=told.as_of)
    if newest:
        _renew(item, message)


def _renew(item: Item, message: Message) -> None:
    told, before = item.message, message.text
    message.external_id, message.text, message.original_text = told.external_id, told.text, told.original_text
    message.spans, message.permalink = span_rows(told), told.permalink or message.permalink
    message.save(update_fields=["external_id", "text", "original_text", "spans", "permalink"])
    index([message])
    Media.objects.filter(message=message).delete()
    Media.objects.bulk_create([media_row(message, attachment) for attachment in told.attachments])
    if message.ticket_id is None:
        return
    shown = Ticket.objects.filter(pk=message.ticket_id, last_text=shorten(before))
    shown.update(last_text=shorten(told.text))
    facts = {"message": message.pk}
    copy_rows(
        Activity,
        ["ticket", "verb", "data", "at", "gesture"],
        [[message.ticket_id, "message.edited", facts, told.as_of, current_gesture()]],
    )


def _version(message: Message, number: str, item: Item) -> list[object]:
    """What is known of one version: this telling's text for its own id, the stored text for the stored id."""
    told = item.message
    facts: list[object] = [message.pk, message.address_id, number]
    if number == told.external_id:
        return [*facts, told.text, span_rows(told), told.as_of]
    if number == message.external_id:
        return [*facts, message.text, message.spans, message.sent_at]
    return [*facts, "", [], None]
