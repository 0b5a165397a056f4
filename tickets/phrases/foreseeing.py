"""What is left behind where a macro is done with many tickets at once: customers without an answer, promises missed.
Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from tickets.choices import CATEGORY_OF, UNDONE_STATUSES, Direction, Status, StatusCategory
from tickets.models import Macro, Message, SlaClock, Ticket
from tickets.resting.under_way import answers_to


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How many tickets: `never` answered, `unanswered` as to what was written last, those among them, and `late` ones
    whose promises count as missed by it."""

    never: int = 0
    unanswered: int = 0
    late: int = 0

    @property
    def since(self) -> int:
        """Answered before, and not since they wrote again."""
        return self.unanswered - self.never


def left_behind(macro: Macro, tickets: Collection[int], *, now: datetime) -> LeftBehind:
    """At most four statements, however many tickets; none where the macro is done with nothing."""
    if not ends(macro):
        return LeftBehind()
    undone = Ticket.objects.filter(pk__in=tickets, status__in=UNDONE_STATUSES)
    late = set() if macro.status == Status.IGNORED else _late(undone.values_list("pk", flat=True), now)
    if macro.reply_id and macro.send:
        return LeftBehind(late=len(late))
    since = Q(ticket__last_outbound_at=None) | Q(sent_at__gt=F("ticket__last_outbound_at"))
    asked = Message.objects.filter(since, ticket__in=undone, direction=Direction.IN).order_by()
    waiting = dict(asked.values_list("ticket", "ticket__last_outbound_at").distinct())
    going = answers_to(list(waiting)) if waiting else {}
    left = {pk: answered_at for pk, answered_at in waiting.items() if pk not in going}
    return LeftBehind(sum(answered_at is None for answered_at in left.values()), len(left), len(late))


def ends(macro: Macro) -> bool:
    """It resolves, closes or ignores."""
    return bool(macro.status) and CATEGORY_OF[Status(macro.status)] == StatusCategory.DONE


def _late(tickets: Collection[int], now: datetime) -> set[int]:
    """What stands still is due as if it went on from there."""
    running = SlaClock.objects.filter(ticket__in=tickets, ended_at=None, due_at__lt=Coalesce("paused_at", now))
    return set(running.values_list("ticket", flat=True))
