"""A new incident of several tickets at once: the oldest of them becomes it, the others are its parts."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from tickets.choices import UNDONE_STATUSES
from tickets.errors import CannotChange
from tickets.history import one_gesture
from tickets.incidents.grouping import Joined, add, held, make
from tickets.models import Incident, Ticket
from tickets.permissions import workable_tickets


def oldest_of(pks: Collection[int], *, by: User) -> Ticket | None:
    """Which of these would become the incident: of those that can, and that are not done if any is not, the first that
    came. One statement."""
    none_yet = Q(incident=None) | Q(incident__unmade_at__isnull=False)
    able = workable_tickets(by).filter(none_yet, pk__in=pks, merged_into=None, part_of=None)
    return min(able, key=lambda one: (one.status not in UNDONE_STATUSES, one.opened_at, one.pk), default=None)


@transaction.atomic
def begin(pks: Collection[int], name: str, *, by: User, now: datetime) -> tuple[Incident, Joined]:
    """Raises CannotChange, NotAllowed."""
    asked = set(pks)
    if not asked:
        raise CannotChange("Choose tickets for it.")
    list(held(asked))
    home = oldest_of(asked, by=by)
    if home is None:
        raise CannotChange("None of these can become an incident: each is one, is part of one, or was brought away.")
    with one_gesture():
        made = make(home, name, by=by, now=now)
        rest = asked - {home.pk}
        return made, add(made, rest, by=by, now=now) if rest else Joined([], {})
