"""Whether what was resolved had been answered, and whether another answer is still on its way. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from tickets.choices import Direction, Metric, SendState
from tickets.models import Activity, Message, OutboxEntry, SlaClock, Ticket
from tickets.promises.apart import talk_on
from tickets.promises.asked import answers_in_private
from tickets.resting.under_way import by_people


def is_answered(ticket: Ticket, *, but: OutboxEntry | None = None, known: Collection[int] | None = None) -> bool:
    """Whether the last word was ours, but for thanks that rules left, and no answer is owed besides, or was until it
    was resolved (`known`, where that was asked for several). The part before this one of the same words is half of
    it."""
    if ticket.last_outbound_at is None or _asked_since(ticket, ticket.last_outbound_at):
        return False
    if ticket.merged_at is not None and known is None:
        owed = bool(talk_on(ticket).unanswered(decided=False))
    else:
        owed = known is not None and ticket.pk in known
    if owed:
        return False
    before = but.follows if but is not None else None
    half = before is not None and before.state == SendState.SENT
    return not (half and before is not None and before.message.sent_at >= ticket.last_outbound_at)


def owing(tickets: Collection[int]) -> set[int]:
    """Of these those on which an answer is promised, or was until they were resolved, to what was asked before our
    latest word: so after a merge. One statement."""
    last = F("ticket__last_outbound_at")
    behind = SlaClock.objects.filter(ticket__in=tickets, started_at__lte=last).exclude(metric=Metric.RESOLUTION)
    asked = Message.objects.filter(ticket=OuterRef("ticket"), sent_at=OuterRef("started_at"), direction=Direction.IN)
    owed = behind.filter(Q(ended_at=None) | Q(ended_at__gt=last), Exists(asked)).exclude(met=True)
    return set(owed.order_by().values_list("ticket", flat=True))


def _asked_since(ticket: Ticket, moment: datetime) -> bool:
    """One statement where they wrote since, else none."""
    if ticket.last_inbound_at is None or ticket.last_inbound_at <= moment:
        return False
    return ticket.messages.filter(direction=Direction.IN, left_resolved=False, sent_at__gt=moment).exists()


def another_goes(ticket: Ticket, lines: Sequence[Activity]) -> bool:
    """Another answer was on its way when it was resolved, and still is: by that one it is judged."""
    here = Q(message__ticket=ticket)
    if not ticket.private:
        here |= Q(message__in=answers_in_private([ticket.pk]))
    return OutboxEntry.objects.filter(here, by_people(), created_at__lte=lines[-1].at).exists()
