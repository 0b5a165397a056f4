"""Whether somebody may: the one place that pages, API and command ask."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from twitter_integration.console.action import Action, Scope
from twitter_integration.console.actor import Actor
from twitter_integration.models import PartnerAccount

REACT, OPERATE = "twitter_integration.react_as_account", "twitter_integration.operate_account"
PRIVATE = "tickets.see_private"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def may_enter(user: User | AnonymousUser) -> bool:
    """Whether there is a console for this person at all."""
    return user.is_active and (user.has_perm(REACT) or user.has_perm(OPERATE))


def may(user: User | AnonymousUser, scope: Scope) -> bool:
    if not user.is_active:
        return False
    if scope == Scope.PRIVATE:
        return may_enter(user) and user.has_perm(PRIVATE)
    return user.has_perm(OPERATE) or (scope == Scope.REACT and user.has_perm(REACT))


def theirs(user: User | AnonymousUser) -> QuerySet[PartnerAccount]:
    """The accounts whose console this person may use."""
    accounts = PartnerAccount.objects.select_related("app", "address")
    addresses = apps.get_model("tickets", "Address")._default_manager
    return accounts.filter(address__in=addresses.speakable_by(user)) if may_enter(user) else accounts.none()


def acts_no_more(by: str, *, address: str) -> Q:
    """Where the person of that column is gone, or may act for the address of that column no more."""
    roles = (User.objects.with_perm(name, backend=_BACKEND).filter(pk=OuterRef(by)) for name in (REACT, OPERATE))
    react, operate = (Exists(role) for role in roles)
    speakers: Any = apps.get_model("tickets", "Address")
    chosen = speakers.speakers.through._default_manager.filter(address=OuterRef(address))
    member = Exists(chosen.filter(group__user=OuterRef(by)))
    left_out = Exists(chosen) & ~member & ~Q(**{f"{by}__is_superuser": True})
    return Q(**{f"{by}__isnull": True}) | ~(react | operate) | left_out


def reads_no_more(by: str, private: str) -> Q:
    """Where what they did was private, and the person of that column may read nothing private any more."""
    reads = Exists(User.objects.with_perm(PRIVATE, backend=_BACKEND).filter(pk=OuterRef(by)))
    return Q(~reads, **{private: True})


def stranger(actor: Actor, account: PartnerAccount) -> str:
    """Why this person may not act for this account, whatever it is; empty when they may."""
    if actor.user is None or account.address.lets_speak(actor.user):
        return ""
    return _("You may not act for this account: its configuration names who may.")


def refusal(actor: Actor, action: Action) -> str:
    """Why this person may not, in a sentence; empty when they may."""
    if actor.user is None or may(actor.user, action.scope):
        return ""
    if action.scope == Scope.PRIVATE:
        return _("You may not read or answer private messages.")
    if action.scope == Scope.OPERATE:
        return _("Your role may not change the account itself: its posts, profile and lists.")
    return _("Your role may not act on X as the account.")
