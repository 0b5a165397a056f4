"""What somebody's role lets them do at all, in whatever queue."""

from functools import cache
from typing import Literal

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.errors import NotAllowed
from tickets.models import Address
from tickets.permissions.rights import Somebody

Verb = Literal[
    "see",
    "work",
    "send",
    "approve",
    "see_private",
    "publish",
    "resume",
    "lift",
    "erase",
    "every_queue",
    "report",
    "audit",
    "configure",
]

_PERMISSIONS: dict[Verb, str] = {
    "see": "tickets.view_ticket",
    "work": "tickets.work_ticket",
    "send": "tickets.send_reply",
    "approve": "tickets.approve_reply",
    "see_private": "tickets.see_private",
    "publish": "tickets.publish_post",
    "resume": "tickets.change_address",
    "lift": "tickets.change_optout",
    "erase": "tickets.erase_customer",
    "every_queue": "tickets.every_queue",
    "report": "tickets.view_reports",
    "audit": "tickets.audit_desk",
    "configure": "tickets.configure_desk",
}
_REFUSALS: dict[Verb, str] = {
    "see": gettext_noop("You may not see tickets."),
    "work": gettext_noop("You may look at tickets, but not change them."),
    "send": gettext_noop("You may not answer customers."),
    "approve": gettext_noop("You may not let other people's answers go."),
    "see_private": gettext_noop("You may not read or answer private messages."),
    "publish": gettext_noop("You may not publish posts for an account."),
    "resume": gettext_noop("You may not have an account send again; ask an administrator."),
    "lift": gettext_noop("You may not lift an opt-out; ask an administrator."),
    "erase": gettext_noop("You may not erase customers; ask an administrator."),
    "every_queue": gettext_noop("You may not look into every queue."),
    "report": gettext_noop("You may not see the reports."),
    "audit": gettext_noop("You may not look at everything; ask an administrator."),
    "configure": gettext_noop("You may not set up the desk; ask an administrator."),
}

_PROGRAMS = "API clients"


def may(user: Somebody, verb: Verb) -> bool:
    return user.is_active and user.has_perm(_PERMISSIONS[verb])


def permissions_of(user: User | AnonymousUser) -> frozenset[str]:
    """Those of the desk that they have."""
    return frozenset(name for name in _PERMISSIONS.values() if user.is_active and user.has_perm(name))


def who_may(*verbs: Verb) -> QuerySet[User]:
    """Everybody who may do all of this, for sets of people."""
    return User.objects.filter(*(holds(verb) for verb in verbs), is_active=True)


@cache
def holds(verb: Verb) -> Q:
    """Of people, who has this right, by themselves or by a group: as Django's own backend answers, and without the
    roundabout way of its `with_perm`."""
    app, _dot, codename = _PERMISSIONS[verb].partition(".")
    theirs = Q(group__user=OuterRef("pk")) | Q(user=OuterRef("pk"))
    right = Permission.objects.filter(theirs, content_type__app_label=app, codename=codename)
    return Q(is_superuser=True) | Q(Exists(right))


@cache
def is_program() -> Q:
    """Of people, what is none: it calls the API, and nobody reads what it is told."""
    return Q(Exists(Group.objects.filter(name=_PROGRAMS, user=OuterRef("pk"))))


def require(user: User, *verbs: Verb) -> None:
    """Raises NotAllowed with the sentence for the first verb the person lacks."""
    for verb in verbs:
        if not may(user, verb):
            raise NotAllowed(_(_REFUSALS[verb]))


def speakable_addresses(user: Somebody) -> QuerySet[Address]:
    """The accounts this person may publish for."""
    return Address.objects.speakable_by(user) if may(user, "publish") else Address.objects.none()


def require_voice(user: User, address: Address) -> None:
    """Raises NotAllowed when the person may not publish for this account."""
    require(user, "publish")
    if not address.lets_speak(user):
        raise NotAllowed(_("You may not publish posts for this account."))
