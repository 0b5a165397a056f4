"""A new incident of several tickets at once: one of them becomes it, the others are its parts."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.choices import UNDONE_STATUSES
from tickets.errors import CannotChange, NotAllowed
from tickets.history import one_gesture
from tickets.incidents.grouping import Joined, add, held, make, unknown
from tickets.models import Incident, Ticket
from tickets.permissions import workable_tickets


def able_of(pks: Collection[int], *, by: User) -> list[Ticket]:
    """Which of these could become the incident, what would be chosen first: of public ones before private ones, and
    what is not done before what is, the first that came. One statement."""
    none_yet = Q(incident=None) | Q(incident__unmade_at__isnull=False)
    able = workable_tickets(by).filter(none_yet, pk__in=pks, merged_into=None, part_of=None)
    rows = able.select_related("identity")
    return sorted(rows, key=lambda one: (one.private, one.status not in UNDONE_STATUSES, one.opened_at, one.pk))


@transaction.atomic
def begin(
    pks: Collection[int], name: str, *, by: User, now: datetime, home: int | None = None
) -> tuple[Incident, Joined]:
    """`home`: which of them becomes it; None: the first of those that can. What the person may not work is left out, as
    if it were not there. Raises CannotChange, NotAllowed."""
    asked = set(pks)
    if not asked:
        raise CannotChange(_("Choose tickets for it."))
    list(held(asked))
    able = able_of(asked, by=by)
    if not able:
        raise CannotChange(_("None of these can become an incident: each is one, is part of one, or was brought away."))
    chosen = able[0] if home is None else next((one for one in able if one.pk == home), None)
    if chosen is None:
        raise CannotChange(_("#%(home)s cannot become the incident. Choose another of them.") % {"home": home})
    with one_gesture():
        made = make(chosen, name, by=by, now=now)
        return made, _rest(made, asked - {chosen.pk}, by=by, now=now)


def _rest(made: Incident, rest: Collection[int], *, by: User, now: datetime) -> Joined:
    if not rest:
        return Joined([], {})
    try:
        return add(made, rest, by=by, now=now)
    except NotAllowed:  # none of them is there for this person
        return Joined([], unknown(rest))
