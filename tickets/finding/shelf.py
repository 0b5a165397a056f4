"""Searches kept under a name: which somebody has, and which of them are theirs to change."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from kapture.prepared import prepared
from tickets.choices import Shared
from tickets.models import Membership, SavedView, Team
from tickets.permissions import Rights, Somebody, may, queues_for, rights_of

MOST_SHOWN = 30


def usable(user: Somebody) -> QuerySet[SavedView]:
    """Their own, and what is shared with everybody or with a team of theirs and names no queue that is closed to
    them."""
    if not may(user, "see"):
        return SavedView.objects.none()
    teams = Membership.objects.filter(person=user.pk).values("team")
    shared, open_to = Q(shared=Shared.ALL) | Q(team__in=teams), queues_for(user, "see")
    if not open_to.every:
        shared &= Q(queues__contained_by=sorted(open_to.queues))
    return SavedView.objects.filter(Q(owner=user.pk) | shared)


def shown(user: User | AnonymousUser) -> list[SavedView]:
    """The first of them, for the menu. One statement."""
    return _shown(rights_of(user), person=user.pk)


@prepared
def _shown(rights: Rights) -> QuerySet[SavedView]:
    return usable(rights)[:MOST_SHOWN]


def changeable(user: User | AnonymousUser) -> QuerySet[SavedView]:
    """Their own, unless everybody has it; for who may go into every queue also whatever is shared."""
    if not may(user, "see"):
        return SavedView.objects.none()
    if may(user, "every_queue"):
        return SavedView.objects.filter(Q(owner=user.pk) | ~Q(shared=Shared.NOBODY))
    return SavedView.objects.filter(owner=user.pk).exclude(shared=Shared.ALL)


def known(user: User | AnonymousUser) -> QuerySet[SavedView]:
    return (usable(user) | changeable(user)).select_related("owner", "team")


def teams_of(user: User) -> QuerySet[Team]:
    """With which they may share."""
    return Team.objects.all() if may(user, "every_queue") else Team.objects.filter(memberships__person=user.pk)
