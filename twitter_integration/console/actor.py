"""Somebody who acts: by name, and by which way they came."""

from dataclasses import dataclass

from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Without a user: an operator at this machine, who may do all."""

    name: str
    via: str  # page, ticket, api, command
    user: User | None = None

    @property
    def shown(self) -> str:
        """As colleagues know them."""
        return (self.user.get_full_name() if self.user is not None else "") or self.name


def as_actor(user: User, *, via: str) -> Actor:
    return Actor(name=user.get_username(), via=via, user=user)
