"""Keeps a search under a name, if it is understood and may be shared so. In words: docs/finding.md, "Saved views"."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.choices import Shared
from tickets.errors import CannotChange, NotAllowed
from tickets.finding.meaning import understand
from tickets.finding.shelf import teams_of
from tickets.models import SavedView
from tickets.permissions import may, require

MOST_OWN = 100


@transaction.atomic
def keep(view: SavedView, *, by: User) -> SavedView:
    """As it was filled in. Raises NotUnderstood, CannotChange, NotAllowed."""
    require(by, "see")
    view.query, view.name = view.query.strip(), view.name.strip()
    view.queues = queues_named(view.query, by=by)
    _check_sharing(view, by)
    if view._state.adding and SavedView.objects.filter(owner=by).count() >= MOST_OWN:
        raise CannotChange(_("You keep %(most)s views; delete one first.") % {"most": MOST_OWN})
    view.save()
    return view


def queues_named(line: str, *, by: User) -> list[int]:
    """The queues a search names; understood as a whole on the way. Raises NotUnderstood, CannotChange."""
    asked = understand(line, user=by, now=timezone.now())
    if not asked.reading.terms:
        raise CannotChange(_("There is nothing to look for."))
    return list(asked.queues)


def _check_sharing(view: SavedView, by: User) -> None:
    if view.shared == Shared.ALL and not may(by, "every_queue"):
        raise NotAllowed(_("Only who may look into every queue shares a view with everybody."))
    if view.shared != Shared.TEAM:
        view.team = None
    elif view.team_id is None:
        raise CannotChange(_("Choose the team that is to have it."))
    elif not teams_of(by).filter(pk=view.team_id).exists():
        raise NotAllowed(_("You are not in that team."))
