"""Where a new ticket goes, with the house's own defaults read from the database. The rule itself is routing.py."""

from dataclasses import dataclass, field

from tickets.inbound import Place
from tickets.models import Address, Queue, SlaPolicy
from tickets.routing import Defaults, Route, route


def _queue() -> int:
    return Queue.objects.order_by("-is_default", "position", "id").values_list("id", flat=True)[0]


def _policy() -> int | None:
    return SlaPolicy.objects.filter(is_default=True).values_list("id", flat=True).first()


@dataclass(frozen=True, slots=True)
class House:
    """What the house says where an account is silent. Two statements, once for any number of tickets."""

    queue: int = field(default_factory=_queue)
    policy: int | None = field(default_factory=_policy)

    def route(self, address: Address, place: Place | None = None) -> Route:
        defaults = Defaults(
            queue=address.queue_id,
            folder=address.folder_id,
            policy=address.sla_policy_id,
            house_queue=self.queue,
            house_policy=self.policy,
        )
        return route(defaults, place or Place())
