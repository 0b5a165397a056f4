"""One's own figures of today: tickets one answered, and those of one's own that were resolved. One statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, QuerySet

from kapture.prepared import Given, prepared
from tickets.finding.moments import RESOLVED
from tickets.permissions import Rights, rights_of, visible_messages, visible_tickets
from tickets.shift import lines
from tickets.shift.day import began
from tickets.shift.queues import ANSWER


@dataclass(frozen=True, slots=True)
class OwnToday:
    answered: int
    resolved: int

    @property
    def searches(self) -> dict[str, str]:
        return {"answered": lines.own_answered(), "resolved": lines.own_resolved()}


def own_today(user: User, *, now: datetime) -> OwnToday:
    rights = rights_of(user)
    place = rights.open_to("see")
    if not place.every and not place.queues:
        return OwnToday(0, 0)
    (found,) = _own(rights, person=user.pk, start=began(now))
    return OwnToday(*found)


@prepared
def _own(rights: Rights) -> QuerySet[User, tuple[Any, ...]]:
    said = visible_messages(rights).filter(**ANSWER, agent=Given("person"), sent_at__gte=Given("start"))
    done = visible_tickets(rights).filter(RESOLVED, assignee=Given("person"), resolved_at__gte=Given("start"))
    counts = _how_many(said.values("ticket_id")), _how_many(done.values("pk"))
    return User.objects.filter(pk=Given("person")).values_list(*counts)


def _how_many(tickets: QuerySet[Any, Any]) -> Func:
    """Of one person and one day: a handful, each told once."""
    return Func(ArraySubquery(tickets.order_by().distinct()), function="CARDINALITY", output_field=IntegerField())
