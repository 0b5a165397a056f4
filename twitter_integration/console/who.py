"""Who acts, and whether they may: the one place that pages, API and command ask."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _

from twitter_integration.console.action import Action, Scope

REACT, OPERATE = "twitter_integration.react_as_account", "twitter_integration.operate_account"
PRIVATE = "tickets.see_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody by name, and by which way they came. Without a user: an operator at this machine, who may do all."""

    name: str
    via: str  # page, ticket, api, command
    user: User | None = None


def as_actor(user: User, *, via: str) -> Actor:
    return Actor(name=user.get_username(), via=via, user=user)


def may_enter(user: User | AnonymousUser) -> bool:
    """Whether there is a console for this person at all."""
    return user.is_active and (user.has_perm(REACT) or user.has_perm(OPERATE))


def may(user: User | AnonymousUser, scope: Scope) -> bool:
    if not user.is_active:
        return False
    if scope == Scope.PRIVATE:
        return may_enter(user) and user.has_perm(PRIVATE)
    return user.has_perm(OPERATE) or (scope == Scope.REACT and user.has_perm(REACT))


def refusal(actor: Actor, action: Action) -> str:
    """Why this person may not, in a sentence; empty when they may."""
    if actor.user is None or may(actor.user, action.scope):
        return ""
    if action.scope == Scope.PRIVATE:
        return _("You may not read or answer private messages.")
    if action.scope == Scope.OPERATE:
        return _("Your role may not change the account itself: its posts, profile and lists.")
    return _("Your role may not act on X as the account.")
