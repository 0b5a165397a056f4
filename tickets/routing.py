"""Where does a new ticket go? Pure: no queries. Returns the choice and why. In words: docs/rules.md."""

from dataclasses import dataclass
from typing import Any

from tickets.choices import Priority
from tickets.inbound import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What an account says, and what the house says when the account is silent."""

    queue: int | None
    folder: int | None
    policy: int | None
    house_queue: int
    house_policy: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    queue: int
    folder: int | None
    policy: int | None
    priority: Priority
    reason: dict[str, Any]


_NOWHERE = Place()


def route(defaults: Defaults, place: Place, *, kind: Place = _NOWHERE) -> Route:
    """What the message's source asks for (a search query) goes before what the account says of its `kind`, that before
    what it says of all, and the account before the house; each of the four by itself."""
    code = "source_queue" if place.queue else "kind_queue" if kind.queue else ""
    priority = place.priority or kind.priority
    return Route(
        queue=place.queue or kind.queue or defaults.queue or defaults.house_queue,
        folder=place.folder or kind.folder or defaults.folder,
        policy=place.policy or kind.policy or defaults.policy or defaults.house_policy,
        priority=Priority(priority) if priority else Priority.NORMAL,
        reason={"code": code or ("address_queue" if defaults.queue else "default_queue")},
    )
