"""Where a new ticket goes, with the house's own defaults read from the database. The rule itself is routing.py."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tickets.inbound import Place
from tickets.models import Address, Placement, Queue, SlaPolicy
from tickets.routing import Defaults, Route, route
from tickets.staffing.speaking import tongues


def _queues() -> dict[int, bool]:
    """The default first; whether a message's language is a skill there."""
    return dict(Queue.objects.order_by("-is_default", "position", "id").values_list("id", "asks_language"))


def _policy() -> int | None:
    return SlaPolicy.objects.filter(is_default=True).values_list("id", flat=True).first()


def _places() -> dict[tuple[int, str], Place]:
    """(account, kind) → where it goes."""
    return {
        (row.address_id, row.kind): Place(
            queue=row.queue_id, folder=row.folder_id, priority=row.priority, policy=row.sla_policy_id
        )
        for row in Placement.objects.order_by()
    }


@dataclass(frozen=True, slots=True)
class House:
    """What the house says where an account is silent, and what accounts say of kinds. Three statements, once for any
    number of tickets; one more where a queue takes languages for skills."""

    queues: dict[int, bool] = field(default_factory=_queues)
    policy: int | None = field(default_factory=_policy)
    places: dict[tuple[int, str], Place] = field(default_factory=_places)
    tongues: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tongues", tongues() if any(self.queues.values()) else {})

    def tongue(self, queue: int, language: Callable[[], str]) -> int | None:
        """The skill of a message's language, where the queue asks for it and there is one."""
        return self.tongues.get(language()) if self.tongues and self.queues.get(queue) else None

    def route(self, address: Address, kind: str, place: Place | None = None) -> Route:
        defaults = Defaults(
            queue=address.queue_id,
            folder=address.folder_id,
            policy=address.sla_policy_id,
            house_queue=next(iter(self.queues)),
            house_policy=self.policy,
        )
        return route(defaults, place or Place(), kind=self.places.get((address.pk, kind), Place()))
