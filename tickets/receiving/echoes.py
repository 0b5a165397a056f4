"""Recognises what the channel tells us of our own sends, also when it tells before the send call has returned.

An echo goes to an entry that may really be out: one whose try is under way or of unknown fate. What the channel
certainly refused is not out, and claims nothing unless somebody says its very words by hand: answering, or, of a post
or quote on no ticket, within a week.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet

from tickets.channels import channel_named
from tickets.choices import HandOffOutcome, SendState
from tickets.inbound import CLOCK_SKEW, latest_beginning
from tickets.models import HandOff, OutboxEntry
from tickets.outbound import Receipt
from tickets.receiving.filing import Item
from tickets.receiving.twins import settle
from tickets.sending.settling import Settled

# What was given up may still have gone out at its last try, which began so long before at most: a call waits up to a
# minute for its turn (outbox.LATEST_WRITE), and half a minute for its answer.
LONGEST_TRY = timedelta(seconds=90)
# So long after it was refused a post or quote that is made by hand in its very words is that one.
BY_HAND_WITHIN = timedelta(days=7)
_ON_NO_TICKET = Q(private=False, message__ticket=None, message__in_reply_to="")
_UNDECIDED = (SendState.SENDING, SendState.UNKNOWN, SendState.QUEUED)
_BY_HAND = (HandOffOutcome.OPEN, HandOffOutcome.LAPSED)
_Nearness = tuple[int, timedelta]


def confirm_echoes(items: Sequence[Item], *, now: datetime) -> set[int]:
    """Settle the outbox entries these messages are echoes of; marks the items. Returns the tickets concerned.

    An entry matches by text (fingerprint), by whom it went to, and by what it answers; of several the one whose try was
    nearest, and one that was given up after all others. Entries are locked, so a sender that records its receipt at
    this moment waits, or has been waited for.
    """
    wanted = [item for item in items if item.message.fingerprint]
    if not wanted:
        return set()
    entries = list(_candidates(wanted))
    settled = []
    for item in wanted:
        near = [(nearness, e.pk, e) for e in entries if (nearness := _nearness(item, e, now)) is not None]
        if not near:
            continue
        entry = min(near)[2]
        entries.remove(entry)
        item.echo = True
        settled.append(
            Settled(
                entry=entry,
                receipt=Receipt(
                    external_id=item.message.external_id,
                    conversation=item.message.conversation,
                    permalink=item.message.permalink,
                ),
                sent_at=item.message.sent_at,
                source=item.message.source,
                streams=item.sources,
            )
        )
    return settle(settled, now=now)


def _candidates(wanted: Sequence[Item]) -> QuerySet[OutboxEntry]:
    """With the moments between which somebody was going to answer by hand in their place."""
    hand_offs = HandOff.objects.filter(
        ticket=OuterRef("message__ticket"), private=OuterRef("private"), outcome__in=_BY_HAND, message=None
    ).order_by("-at")
    perhaps_out = Q(state=SendState.SENDING) | Q(
        state__in=(*_UNDECIDED, SendState.FAILED), perhaps_out_at__isnull=False
    )
    return (
        OutboxEntry.objects.annotate(handed_at=hand_offs.values("at")[:1], handed_until=hand_offs.values("until")[:1])
        .filter(
            perhaps_out
            | Q(state=SendState.FAILED, handed_at__isnull=False)
            | Q(_ON_NO_TICKET, state=SendState.FAILED, settled_at__isnull=False),
            address__in={item.address.pk for item in wanted},
            fingerprint__in={item.message.fingerprint for item in wanted},
        )
        .select_related("message", "address", "recipient")
        .select_for_update(of=("self",))
        .order_by("created_at", "id")
    )


def _nearness(item: Item, entry: OutboxEntry, now: datetime) -> _Nearness | None:
    """Small for a likely entry; None for one that this is no echo of."""
    message = item.message
    if entry.address_id != item.address.pk or entry.fingerprint != message.fingerprint:
        return None
    if not _is_like(item, entry):
        return None
    if message.private:
        if item.identity is None or item.identity.pk != entry.recipient_id:
            return None
    elif message.in_reply_to != entry.message.in_reply_to or not _quotes_the_same(item, entry):
        return None
    return _in_time(message.sent_at, entry, heard_at=message.heard_at or now)


def _quotes_the_same(item: Item, entry: OutboxEntry) -> bool:
    """Asked of what was refused only: what a try made is known by its moment."""
    told = item.message.quoted
    return entry.state != SendState.FAILED or (told.external_id if told else "") == entry.message.quote_of


def _is_like(item: Item, entry: OutboxEntry) -> bool:
    """Not only its words are the same, as far as that can be told."""
    told, message = item.message.traits, entry.message
    if not told:
        return True
    files = 0 if message.text else message.media.count()
    own = channel_named(item.message.channel).traits(message.text, private=entry.private, files=files)
    return own in ("", told)


def _in_time(said_at: datetime, entry: OutboxEntry, *, heard_at: datetime) -> _Nearness | None:
    given_up = entry.state == SendState.FAILED
    tries = [entry.claimed_at if entry.state == SendState.SENDING else None, entry.perhaps_out_at]
    latest = latest_beginning(said_at, heard_at)
    earliest = said_at - CLOCK_SKEW - LONGEST_TRY if given_up else None
    fits = [t for t in tries if t is not None and t <= latest and (earliest is None or t >= earliest)]
    if fits:
        return (1 if given_up else 0, min(abs(said_at - moment) for moment in fits))
    handed_at, until = getattr(entry, "handed_at", None), getattr(entry, "handed_until", None)
    if given_up and handed_at is not None and until is not None and handed_at <= latest and said_at <= until:
        return (2, abs(said_at - handed_at))
    refused_at = entry.settled_at if given_up and entry.message.ticket_id is None and not entry.private else None
    if refused_at is not None and refused_at <= said_at <= refused_at + BY_HAND_WITHIN:
        return (3, abs(said_at - refused_at))
    return None
