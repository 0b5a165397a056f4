"""Who watches a ticket: by hand, or because it was theirs, they answered or were mentioned (gathering)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from kapture.sets import insert_missing
from tickets.choices import WatchReason
from tickets.errors import CannotChange
from tickets.live import announce
from tickets.models import Ticket, Watch
from tickets.permissions import require_on, who_may_on


@transaction.atomic
def watch(ticket: Ticket, *, by: User, now: datetime) -> None:
    """Be told what happens there. Raises NotAllowed, and CannotChange where everything is elsewhere by now."""
    require_on(by, "see", ticket)
    if ticket.merged_into_id is not None:
        raise CannotChange(
            _("Everything here was brought to ticket #%(home)s. Watch that one.") % {"home": ticket.merged_into_id}
        )
    if keep_watches([(ticket.pk, by.pk, WatchReason.CHOSEN)], now=now):
        announce([ticket.pk])


@transaction.atomic
def unwatch(ticket: Ticket, *, by: User, now: datetime) -> None:
    require_on(by, "see", ticket)
    if Watch.objects.filter(ticket=ticket, person=by).delete()[0]:
        announce([ticket.pk])


def keep_watches(found: Iterable[tuple[int, int, WatchReason]], *, now: datetime) -> int:
    """(ticket, person, why): each once, and why they watch it already stays. Two statements; returns how many are
    new."""
    rows = {(ticket, person): [ticket, person, why, now] for ticket, person, why in found}
    if not rows:
        return 0
    people = set(User.objects.filter(pk__in={person for _, person in rows}).values_list("pk", flat=True))
    known = [row for (_, person), row in sorted(rows.items()) if person in people]
    return len(insert_missing(Watch, ["ticket", "person", "why", "at"], known, returning=["id"]))


def watchers_of(ticket: Ticket, *, seeing: Collection[int] = ()) -> list[Watch]:
    """Those who may see it; who lost that right watches nothing. `seeing`: people known to see it. One statement; one
    more where somebody else watches."""
    rows = _watches(ticket=ticket.pk)
    others = {row.person_id for row in rows}.difference(seeing)
    if not others:
        return rows
    rights = ("see", "see_private") if ticket.private else ("see",)
    may_too = set(who_may_on(ticket.queue_id, *rights).filter(pk__in=others).values_list("pk", flat=True))
    return [row for row in rows if row.person_id in may_too or row.person_id not in others]


@prepared
def _watches() -> QuerySet[Watch]:
    return Watch.objects.filter(ticket=Given("ticket")).select_related("person")
