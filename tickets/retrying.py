"""What failed goes out once more, many at a time: all that failed for one reason.

One alone is replies' (`try_again`). What waits for a person to look at it, and what is to be said on another ticket by
now, stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from tickets.answering import said_elsewhere_of
from tickets.bells import ring_later
from tickets.choices import MOVED, SendState
from tickets.errors import CannotChange
from tickets.following import free_followers
from tickets.history import current_gesture
from tickets.live import NO_TICKET, announce
from tickets.models import Activity, OutboxEntry, Ticket
from tickets.permissions import require, visible_outbox
from tickets.queueing import OUTBOX_TASK
from tickets.turns import take_turns

NOTHING_LEFT = "Nothing is left that failed for this reason."
ALL_ELSEWHERE = "Their customers write in private on other tickets by now. Answer them there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How many go out once more, and how many stay because they are to be said on another ticket."""

    count: int
    elsewhere: int = 0


@transaction.atomic
def retry_all(*, code: str, words: str, by: User, now: datetime, address: int | None = None) -> Again:
    """Queue everything once more that failed for this reason and that the person may send.

    A fixed number of statements. Raises NotAllowed, CannotChange.
    """
    require(by, "send")
    return _retry(failed_of(by, address=address).filter(code=code, reason=words), by=by, now=now)


def failed_of(user: User, *, address: int | None = None) -> QuerySet[OutboxEntry]:
    """What failed and the person may see; not what waits for a person to look at it."""
    failed = visible_outbox(user).filter(state=SendState.FAILED).exclude(code=MOVED)
    return failed.filter(address=address) if address is not None else failed


def _retry(chosen: QuerySet[OutboxEntry], *, by: User, now: datetime) -> Again:
    keys = list(chosen.values_list("pk", flat=True))
    _await_news(keys)
    locked = OutboxEntry.objects.filter(pk__in=keys).select_for_update(of=("self",))
    failed = list(locked.filter(state=SendState.FAILED).select_related("message").order_by("pk"))
    if not failed:
        raise CannotChange(NOTHING_LEFT)
    again = _to_be_said_here(failed)
    if not again:
        raise CannotChange(ALL_ELSEWHERE)
    keys = [entry.pk for entry in again]
    values = {"state": SendState.QUEUED, "not_before": now, "tries": 0, "settled_at": None, "code": "", "reason": ""}
    OutboxEntry.objects.filter(pk__in=keys).update(**values)
    _tell(again, by, now)
    ring_later(task=OUTBOX_TASK, at=now)
    free_followers(keys)
    return Again(count=len(again), elsewhere=len(failed) - len(again))


def _await_news(keys: Sequence[int]) -> None:
    """As answering.await_news, of many."""
    torn = OutboxEntry.objects.filter(pk__in=keys, private=True, message__ticket__private=False)
    take_turns(torn.order_by().values_list("address_id", flat=True).distinct())


def _to_be_said_here(entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    """Asked with their tickets locked."""
    pks = {entry.message.ticket_id for entry in entries if entry.message.ticket_id is not None}
    tickets = Ticket.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True, of=("self",))
    by_key = {ticket.pk: ticket for ticket in tickets}
    asked = {(by_key[pk], entry.private) for entry in entries if (pk := entry.message.ticket_id) in by_key}
    elsewhere = said_elsewhere_of(asked)
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
