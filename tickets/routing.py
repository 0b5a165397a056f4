"""Where does a new ticket go? Pure: no queries. Returns the choice and why. In words: docs/rules.md."""

from dataclasses import dataclass
from typing import Any

from tickets.choices import Priority


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


def route(defaults: Defaults) -> Route:
    return Route(
        queue=defaults.queue or defaults.house_queue,
        folder=defaults.folder,
        policy=defaults.policy or defaults.house_policy,
        priority=Priority.NORMAL,
        reason={"code": "address_queue" if defaults.queue else "default_queue"},
    )
