"""What failed goes out once more, many at a time: all that failed for one reason, or all whose reason is over.

One alone is replies' (`try_again`). What waits for a person to look at it, what is to be said on another ticket by now,
and what somebody said to the same person since, stays as it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import MOVED, SendState
from tickets.composing.answering import said_elsewhere, said_elsewhere_of
from tickets.composing.beginning import at_home, may_go_private
from tickets.errors import CannotChange
from tickets.history import current_gesture
from tickets.live import NO_TICKET, announce
from tickets.models import Activity, Address, OutboxEntry, Ticket
from tickets.outbound import Refused
from tickets.permissions import require, sendable, visible_outbox
from tickets.receiving.turns import take_turns
from tickets.sending.following import free_followers
from tickets.sending.queueing import OUTBOX_TASK
from tickets.sending.repeating import choose_unsaid, said_since

MOST = 500  # so many of the latest are looked at for whether their reason is over
_LOOKED_AT = (
    *("private", "code", "reason", "settled_at", "created_at"),
    *("address__key", "address__channel", "recipient__external_id"),
    *("message__in_reply_to", "message__kind", "message__quoted"),
    *(f"message__ticket__{name}" for name in ("private", "address", "customer", "merged_into")),
)
NOTHING_OVER = gettext_noop("What was refused is refused for reasons that still hold, as far as we know.")
NOTHING_LEFT = gettext_noop("Nothing is left that failed for this reason.")
ALL_ELSEWHERE = gettext_noop("Their customers write in private on other tickets by now. Answer them there.")
ALL_SAID = gettext_noop("The same words went to the same people since. What is to go once more is tried again alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How many go out once more, and how many stay: to be said on another ticket, or said by somebody since."""

    count: int
    elsewhere: int = 0
    said: int = 0


@transaction.atomic
def retry_all(*, code: str, words: str, by: User, now: datetime, address: int | None = None) -> Again:
    """Queue everything once more that failed for this reason and that the person may send.

    A fixed number of statements, but for private answers of old that stand on public tickets. Raises NotAllowed,
    CannotChange.
    """
    require(by, "send")
    return _retry(failed_of(by, address=address).filter(code=code, reason=words), by=by, now=now)


@transaction.atomic
def retry_over(*, by: User, now: datetime, address: int | None = None) -> Again:
    """Queue once more what was refused for a reason that is over. Raises NotAllowed, CannotChange."""
    require(by, "send")
    keys = find_over(by, now=now, address=address)
    if not keys:
        raise CannotChange(_(NOTHING_OVER))
    return _retry(OutboxEntry.objects.filter(pk__in=keys), by=by, now=now)


def find_over(user: User, *, now: datetime, address: int | None = None) -> list[int]:
    """What failed, and the channel knows that the reason is over; not what is to be said on another ticket by now, or
    was said by somebody since. Eleven statements for a channel, however many."""
    related = ("address", "recipient", "message__ticket")
    failed = list(failed_of(user, address=address).select_related(*related).only(*_LOOKED_AT).order_by("-pk")[:MOST])
    worked = _last_sent({entry.address_id for entry in failed})
    by_channel: dict[str, list[Refused]] = {}
    for entry in failed:
        refused = _refused(entry, worked[entry.address_id][entry.private])
        by_channel.setdefault(entry.address.channel, []).append(refused)
    over = {key for name, refused in by_channel.items() for key in channel_named(name).over(refused, now=now)}
    chosen = [entry for entry in failed if entry.pk in over]
    elsewhere = said_elsewhere_of([(e.message.ticket, e.private) for e in chosen if e.message.ticket is not None])
    here = [entry.pk for entry in chosen if (entry.message.ticket_id, entry.private) not in elsewhere]
    said = said_since(OutboxEntry.objects.filter(pk__in=here).select_related("address", "message")) if here else {}
    return [pk for pk in here if pk not in said]


def _last_sent(addresses: Collection[int]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """By address: when it last said something in public, and in private."""
    sent = OutboxEntry.objects.filter(address=OuterRef("pk"), state=SendState.SENT).order_by("-pk").values("settled_at")
    lately = [Subquery(sent.filter(private=private)[:1]) for private in (False, True)]
    return {
        pk: (said, wrote) for pk, said, wrote in Address.objects.filter(pk__in=addresses).values_list("pk", *lately)
    }


def _refused(entry: OutboxEntry, worked_at: datetime | None) -> Refused:
    message = entry.message
    return Refused(
        key=entry.pk,
        address_key=entry.address.key,
        private=entry.private,
        code=entry.code,
        reason=entry.reason,
        at=entry.settled_at or entry.created_at,
        recipient=entry.recipient.external_id if entry.recipient else "",
        in_reply_to=message.in_reply_to,
        quote_of=message.quote_of,
        worked_at=worked_at,
    )


def failed_of(user: User, *, address: int | None = None) -> QuerySet[OutboxEntry]:
    """What failed and the person may send; not what waits for a person to look at it."""
    failed = sendable(user, visible_outbox(user)).filter(state=SendState.FAILED, left_at=None).exclude(code=MOVED)
    return failed.filter(address=address) if address is not None else failed


def _retry(chosen: QuerySet[OutboxEntry], *, by: User, now: datetime) -> Again:
    keys = list(chosen.values_list("pk", flat=True))
    _await_news(keys)
    locked = OutboxEntry.objects.filter(pk__in=keys).select_for_update(of=("self",))
    failed = list(locked.filter(state=SendState.FAILED).select_related("message").order_by("pk"))
    if not failed:
        raise CannotChange(_(NOTHING_LEFT))
    here = _to_be_said_here(failed, by=by, now=now)
    if not here:
        raise CannotChange(_(ALL_ELSEWHERE))
    again = choose_unsaid(here)
    if not again:
        raise CannotChange(_(ALL_SAID))
    keys = [entry.pk for entry in again]
    values = {"state": SendState.QUEUED, "not_before": now, "tries": 0, "settled_at": None, "code": "", "reason": ""}
    OutboxEntry.objects.filter(pk__in=keys).update(**values)
    _tell(again, by, now)
    ring_later(task=OUTBOX_TASK, at=now)
    free_followers(keys)
    return Again(count=len(again), elsewhere=len(failed) - len(here), said=len(here) - len(again))


def _await_news(keys: Sequence[int]) -> None:
    """As answering.await_news, of many."""
    torn = OutboxEntry.objects.filter(pk__in=keys, private=True, message__ticket__private=False)
    take_turns(torn.order_by().values_list("address_id", flat=True).distinct())


def _to_be_said_here(entries: Sequence[OutboxEntry], *, by: User, now: datetime) -> list[OutboxEntry]:
    """Asked with their tickets locked. What is private and was written on a public ticket, as none is but of old, is
    brought to a private one first, ticket by ticket."""
    pks = {entry.message.ticket_id for entry in entries if entry.message.ticket_id is not None}
    tickets = Ticket.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True, of=("self",))
    by_key = {ticket.pk: ticket for ticket in tickets}
    asked = {(by_key[pk], entry.private) for entry in entries if (pk := entry.message.ticket_id) in by_key}
    elsewhere = set(said_elsewhere_of(asked))
    for ticket in sorted({ticket for ticket, private in asked if private and not ticket.private}, key=lambda t: t.pk):
        # By now: one before it was of the same customer.
        if said_elsewhere(ticket, private=True, by=by) is not None or not may_go_private(ticket, by=by):
            elsewhere.add((ticket.pk, True))
            continue
        at_home(ticket, [e for e in entries if e.private and e.message.ticket_id == ticket.pk], by=by, now=now)
    return [entry for entry in entries if (entry.message.ticket_id, entry.private) not in elsewhere]


def _tell(entries: Sequence[OutboxEntry], by: User, now: datetime) -> None:
    said = [(entry.message.ticket_id, entry) for entry in entries if entry.message.ticket_id is not None]
    gesture = current_gesture()
    Activity.objects.bulk_create(
        Activity(
            ticket_id=ticket,
            verb="reply.queued",
            data={"message": entry.message_id, "private": entry.private, "again": True},
            actor=by,
            at=now,
            gesture=gesture,
        )
        for ticket, entry in said
    )
    announce(entry.message.ticket_id or NO_TICKET for entry in entries)
