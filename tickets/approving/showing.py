"""What whoever lets answers go has to see: the words beside what they answer, and what was said since. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from tickets.approving.deciding import waiting
from tickets.choices import Direction, Visibility
from tickets.composing.weighing import counted_on, weigh
from tickets.incidents.untelling import still_told
from tickets.models import Address, Approval, Message, MessageVersion, OutboxEntry, StatementPart
from tickets.models.departed import name_gone, with_doer
from tickets.permissions import visible_messages
from tickets.promises.asked import answers_in_private, public_of
from tickets.sending.further import further_of
from tickets.sending.threads import whole_text

MOST_SHOWN = 50
_AROUND = 4


@dataclass(slots=True)
class Case:
    """One that is to be decided.

    talk: the latest that was said there, on the public ticket whose question it answers in private, and on tickets that
    follow, the earliest of them first. fresh: those of it that
    came after the answer was written, or were changed since. unread: something came that one may not read, on a ticket
    that follows. seen: the latest of all that; wording: the same of what was changed (sending.rewording). goes_at:
    where it is scheduled for later than now.
    """

    approval: Approval
    message: Message
    text: str
    parts: int
    talk: list[Message] = field(default_factory=list)
    fresh: frozenset[int] = frozenset()
    unread: bool = False
    seen: int = 0
    wording: int = 0
    error: str = ""
    ask_repeat: bool = False
    goes_at: datetime | None = None


def cases(user: User, *, now: datetime, apart: Collection[int] = (), only: Collection[int] | None = None) -> list[Case]:
    """The oldest first; without those that are shown `apart`, or `only` these. Four statements, however many, and some
    for tickets that follow."""
    related = ("message__ticket__identity", "message__ticket__address", "message__identity", "message__outbox")
    rows = waiting(user).select_related(*related, "writer", "rule", "address").order_by("asked_at", "pk")
    rows = rows.exclude(pk__in=apart) if only is None else rows.filter(pk__in=only)
    told = [_case(one, one.message, now) for one in rows[:MOST_SHOWN] if one.message is not None]
    name_gone([case.approval for case in told], "writer")
    later = _followers([case.message.outbox.pk for case in told])
    for case in told:
        line = [case.message, *later.get(case.message.outbox.pk, ())]
        case.text, case.parts = whole_text(line), len(line)
    _add_talks(told, user)
    return told


def count_entries(user: User) -> int:
    """How much of it the page shows that is to be decided: all that waits of one statement is one entry, and none once
    nothing of it is to be told any more. One statement."""
    parts = StatementPart.objects.filter(message=OuterRef("message")).order_by()
    going = Q(Exists(still_told().filter(message=OuterRef("message")))) | ~Q(Exists(parts))
    entry = Coalesce(Subquery(parts.values("statement")[:1]), -F("pk"))
    return int(waiting(user).filter(going).aggregate(n=Count(entry, distinct=True))["n"])


def weigh_again(address: Address, approval: Approval, message: Message, text: str) -> dict[str, Any]:
    """The counter beside the words of one that waits, as they are changed."""
    to = message.identity.handle if message.identity is not None else ""
    private = message.visibility == Visibility.PRIVATE
    return weigh(address, text, private=private, handle=lambda: to) | counted_on(f"a{approval.pk}")


def _case(approval: Approval, message: Message, now: datetime) -> Case:
    at = message.outbox.not_before
    later = at > now + timedelta(seconds=settings.UNDO_SECONDS)
    return Case(approval, message, message.text, 1, goes_at=at if later else None)


def _followers(firsts: Sequence[int]) -> dict[int, list[Message]]:
    """By the first part's entry, the parts after it, in order."""
    found: dict[int, list[Message]] = {}
    home, level = {pk: pk for pk in firsts}, list(firsts)
    while level:
        rows = list(OutboxEntry.objects.filter(follows__in=level).select_related("message").order_by("pk"))
        for row in rows:
            home[row.pk] = home[row.follows_id or 0]
            found.setdefault(home[row.pk], []).append(row.message)
        level = [row.pk for row in rows]
    return found


def _add_talks(told: Sequence[Case], user: User) -> None:
    roots = _roots(told)
    tickets = list(dict.fromkeys(pk for here in roots.values() for pk in here))
    further = further_of(tickets)
    every = [*tickets, *(pk for following in further.values() for pk in following)]
    # Before what is shown: what comes in between is news.
    newest = Message.objects.filter(ticket__in=every).order_by().values_list("ticket").annotate(Max("pk"))
    last = dict(newest) if further or any(len(here) > 1 for here in roots.values()) else {}
    talks = _talks(visible_messages(user), every)
    for case in told:
        here = roots[case.message.pk]
        where = list(dict.fromkeys([*here, *(pk for root in here for pk in further.get(root, ()))]))
        said = [one for pk in where for one in talks.get(pk, ())]
        case.talk = sorted(said, key=lambda one: (one.sent_at, one.pk))
        known = case.message.outbox.seen or case.message.pk
        case.unread = any(last.get(pk, 0) > known for pk in where[1:] if pk not in talks)
        case.seen = max(0, *(one.pk for one in case.talk), *(last.get(pk, 0) for pk in where))
        case.wording = max((getattr(one, "wording", None) or 0 for one in case.talk), default=0)
        theirs, wording = case.approval.writer_id, case.message.outbox.wording
        new = {one.pk for one in case.talk if one.pk > known and (theirs is None or one.agent_id != theirs)}
        changed = {one.pk for one in case.talk if (getattr(one, "stands", None) or 0) > wording}
        case.fresh = frozenset(new | changed)


def _roots(told: Sequence[Case]) -> dict[int, list[int]]:
    """Message → its ticket, and the public one whose question it answers in private. One statement where any is."""
    apart = [case.message.pk for case in told if case.message.visibility == Visibility.PRIVATE]
    asked = answers_in_private().filter(pk__in=apart).values_list("pk", public_of()) if apart else ()
    roots = {case.message.pk: [case.message.ticket_id or 0] for case in told}
    for pk, public in asked:
        roots[pk].append(public)
    return roots


def _talks(messages: QuerySet[Message], tickets: Sequence[int]) -> dict[int, list[Message]]:
    place = Window(RowNumber(), partition_by=F("ticket"), order_by=[F("sent_at").desc(), F("pk").desc()])
    stands = MessageVersion.objects.filter(message=OuterRef("pk"), external_id=OuterRef("external_id")).values("pk")
    latest = MessageVersion.objects.filter(message__ticket=OuterRef("ticket")).order_by("-pk").values("pk")
    said = (
        messages.filter(ticket__in=tickets)
        .exclude(direction=Direction.OUT, external_id=None)
        .annotate(place=place, stands=Subquery(stands[:1]), wording=Subquery(latest[:1]))
        .filter(place__lte=_AROUND)
    )
    found: dict[int, list[Message]] = {}
    for one in with_doer(said.select_related("identity"), "agent").order_by("sent_at", "pk"):
        found.setdefault(one.ticket_id or 0, []).append(one)
    return found
