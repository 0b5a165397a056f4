"""One message in two rows: ours on its way out, and what the channel told of it before it was known to be ours.

An echo that was not recognised (the channel rewrote the text), or a deletion that overtook the receipt. Ours takes the
other's place; what is gone from the channel is then gone here. Words of our own are never thrown away: another answer
of ours that an echo was taken for gives the number back, and a person decides about it. The caller holds the turn of
the addresses concerned.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tickets.choices import SendState
from tickets.happenings import Retraction
from tickets.lifecycle import locked
from tickets.models import Message, OutboxEntry
from tickets.reading.last_word import recount
from tickets.receiving.joining import Early, bring_home, find_early
from tickets.receiving.retracting import Gone, bury
from tickets.receiving.talks import tie
from tickets.resting.reopening import not_out_after_all
from tickets.sending.following import hold_followers
from tickets.sending.settling import Settled, settle_sent

MISTAKEN = "mistaken"
_MOMENT = timedelta(milliseconds=1)


def settle(settled: Sequence[Settled], *, now: datetime) -> set[int]:
    """Settle answers that are out; returns the tickets concerned. A fixed number of statements, but for twins.

    What customers said to them before we knew their ids comes to their tickets.
    """
    early = find_early(_homes(settled))
    settled = _said_before(settled, early)
    rows = _twins(settled)
    mistaken = _give_back(rows, now=now)
    answers = {entry.message_id for entry in mistaken}
    twins = [row for row in rows if row.pk not in answers]
    doubled = [row.ticket for row in rows if row.ticket is not None]
    Message.objects.filter(pk__in=[twin.pk for twin in twins]).delete()
    tickets = settle_sent(_told_by(settled, twins), now=now)
    tickets |= bury(_gone(twins), now=now)
    for entry in mistaken:
        not_out_after_all(entry, now=now)
    answered = {one.answers for one in early}
    talks = {(one.entry.address_id, one.receipt.external_id): one.entry.message.conversation for one in settled}
    tie({key: talk for key, talk in talks.items() if key in answered})
    tickets |= bring_home(early, now=now)
    for ticket in doubled:
        recount(locked(ticket))
    return tickets | {ticket.pk for ticket in doubled}


def _homes(settled: Sequence[Settled]) -> dict[tuple[int, str], int]:
    """Where public answers are, by what the channel calls them."""
    public = [one for one in settled if not one.entry.private]
    homes = {(one.entry.address_id, one.receipt.external_id): one.entry.message.ticket_id for one in public}
    return {key: ticket for key, ticket in homes.items() if ticket is not None}


def _said_before(settled: Sequence[Settled], early: Sequence[Early]) -> Sequence[Settled]:
    """What was answered already was out by then, however long its receipt took."""
    first: dict[tuple[int, str], datetime] = {}
    for one in early:
        first[one.answers] = min(first.get(one.answers, one.sent_at), one.sent_at)
    latest = {key: at - _MOMENT for key, at in first.items()}
    keys = [(one.entry.address_id, one.receipt.external_id) for one in settled]
    return [
        replace(one, sent_at=min(one.sent_at, latest.get(key, one.sent_at)))
        for key, one in zip(keys, settled, strict=True)
    ]


def _twins(settled: Sequence[Settled]) -> list[Message]:
    if not settled:
        return []
    ours = {(one.entry.address_id, one.receipt.external_id): one.entry.message_id for one in settled}
    rows = Message.objects.filter(address__in={a for a, _ in ours}, external_id__in={number for _, number in ours})
    found = rows.exclude(pk__in=ours.values()).select_related("ticket", "address")
    return [row for row in found if (row.address_id, row.external_id) in ours]


def _told_by(settled: Sequence[Settled], twins: Sequence[Message]) -> Sequence[Settled]:
    """Which streams told of the other row, told of ours."""
    streams = {(twin.address_id, twin.external_id): twin.sources for twin in twins}
    keys = [(one.entry.address_id, one.receipt.external_id) for one in settled]
    return [replace(one, streams=[*streams.get(key, ()), *one.streams]) for key, one in zip(keys, settled, strict=True)]


def _give_back(rows: Collection[Message], *, now: datetime) -> list[OutboxEntry]:
    """Those of our answers among them, whose numbers are those of other answers."""
    if not rows:
        return []
    reason = _("It was taken for another answer that is out; whether this one is, is not known.")
    entries = list(OutboxEntry.objects.filter(message__in=rows).select_related("message", "follows__message"))
    if entries:
        Message.objects.filter(pk__in=[entry.message_id for entry in entries]).update(external_id=None)
        failed = {"state": SendState.FAILED, "code": MISTAKEN, "reason": reason, "settled_at": now}
        for entry in entries:
            for name, value in failed.items():
                setattr(entry, name, value)
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(**failed)
        hold_followers(entry.pk for entry in entries)
    return entries


def _gone(twins: Sequence[Message]) -> Gone:
    return {
        (twin.address_id, twin.external_id): Retraction(
            channel=twin.address.channel,
            address_key=twin.address.key,
            external_id=twin.external_id,
            at=twin.deleted_at,
        )
        for twin in twins
        if twin.external_id and twin.deleted_at is not None
    }
