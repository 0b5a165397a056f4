"""What is on its way out or could not go, over all tickets: one page of it, its counts, and accounts that are stopped.

One entry alone is replies' (`try_again`, `undo`), many together `retrying`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from tickets.bells import ring_later
from tickets.channels import CannotDo, channel_named
from tickets.choices import MOVED, SendState
from tickets.errors import CannotChange
from tickets.models import Address, OutboxEntry
from tickets.models.departed import name_gone
from tickets.permissions import may, require, visible_messages, visible_outbox
from tickets.sending.queueing import OUTBOX_TASK

PAGE = 50
# What the page shows, in the order of its tabs; whatever is in none of these is out.
STATES = {
    "failed": (_("Not sent"), (SendState.FAILED,)),
    "unknown": (_("Being checked"), (SendState.UNKNOWN,)),
    "queued": (_("Waiting"), (SendState.HELD, SendState.QUEUED)),
    "sending": (_("Being sent"), (SendState.SENDING,)),
    "awaiting": (_("Awaiting approval"), (SendState.AWAITING,)),
    "scheduled": (_("Scheduled"), (SendState.SCHEDULED,)),
}
UNSENT = tuple(state for _words, states in STATES.values() for state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why so many failed."""

    code: str
    words: str
    count: int


def unsent(user: User, *, address: int | None = None) -> QuerySet[OutboxEntry]:
    """What the person may see of it, unordered."""
    entries = visible_outbox(user).filter(state__in=UNSENT, left_at=None)
    return entries.filter(address=address) if address is not None else entries


def read_page(chosen: QuerySet[OutboxEntry], *, before: int | None = None) -> tuple[list[OutboxEntry], int | None]:
    """The newest first, from below a key; and the key of the next page, if there is one."""
    message = (
        "message__ticket__queue",
        "message__ticket__identity",
        "message__ticket__address",
        "message__identity",
        "message__agent",
    )
    related = (*message, "message__address", "address", "recipient", "follows")
    newest = chosen.select_related(*related).order_by("-id")
    rows = list((newest.filter(pk__lt=before) if before is not None else newest)[: PAGE + 1])
    name_gone([row.message for row in rows], "agent")
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def note_quoted(entries: Sequence[OutboxEntry], *, user: User) -> None:
    """To each that quotes a message of a ticket this person may see: that message. One statement, or none."""
    quotes = {(entry.address_id, entry.message.quote_of): entry for entry in entries if entry.message.quote_of}
    if not quotes:
        return
    said = visible_messages(user).filter(
        address__in={address for address, _ in quotes}, external_id__in={number for _, number in quotes}
    )
    known = {(row.address_id, row.external_id): row for row in said.only("address_id", "external_id", "ticket_id")}
    for entry in entries:
        entry.quotes = known.get((entry.address_id, entry.message.quote_of))


def counts(entries: QuerySet[OutboxEntry]) -> dict[str, int]:
    """How many by tab. One statement."""
    by_state = dict(entries.order_by().values_list("state").annotate(Count("pk")))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, (_words, states) in STATES.items()}


def reasons(entries: QuerySet[OutboxEntry]) -> list[Reason]:
    """Why entries failed, the most frequent first; not what waits for a person to look at it. One statement."""
    failed = entries.filter(state=SendState.FAILED).exclude(code=MOVED).order_by()
    rows = failed.values("code", "reason").annotate(count=Count("pk")).order_by("-count", "code")
    return [Reason(code=row["code"], words=row["reason"], count=row["count"]) for row in rows]


def may_resume(user: User) -> bool:
    return may(user, "resume")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An account that sends nothing at the moment."""

    address: Address
    why_not: str  # what comes before it may send again; "": nothing


def stops(addresses: Iterable[Address]) -> list[Stop]:
    """Those of them that are stopped. One statement each, and seldom one at all."""
    stopped = [one for one in addresses if one.sending_stopped]
    return [Stop(address=one, why_not=channel_named(one.channel).why_not_resumed(one.key)) for one in stopped]


@transaction.atomic
def resume(address: Address, *, by: User, now: datetime) -> None:
    """Send again for an account that was stopped; whatever stopped it stops it again at the first try if it is still
    so. Raises NotAllowed, CannotChange: what the channel itself ended is not lifted here. The channel goes first: it
    locks its own half, so that what ends meanwhile stops the account after us."""
    require(by, "resume")
    if not Address.objects.filter(pk=address.pk, sending_stopped=True).exists():
        raise CannotChange(_("Nothing is stopped there."))
    try:
        channel_named(address.channel).resume(address.key)
    except CannotDo as refusal:
        raise CannotChange(refusal.sentence) from None
    Address.objects.filter(pk=address.pk).update(sending_stopped=False, banner="")
    ring_later(task=OUTBOX_TASK, at=now)
