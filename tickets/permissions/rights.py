"""What somebody may and where, without who they are: the same for all who may the same.

Queries that are put together once (`kapture.prepared`) are put together for rights, never for a person: what is kept of
them can hold nothing that is one person's own.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser, User

from kapture.prepared import Given

QueueVerb = Literal["see", "work", "send", "approve"]
QUEUE_VERBS: tuple[QueueVerb, ...] = ("see", "work", "send", "approve")


@dataclass(frozen=True, slots=True)
class Open:
    """The queues that are open to somebody for a verb; `every`: all there are."""

    every: bool
    queues: frozenset[int] = frozenset()

    def __contains__(self, queue: int) -> bool:
        return self.every or queue in self.queues


EVERYWHERE = Open(every=True)


@dataclass(frozen=True, slots=True)
class Rights:
    """`permissions`: of the role. `places`: where the teams let them, in the order of QUEUE_VERBS."""

    permissions: frozenset[str]
    places: tuple[Open, ...]
    is_superuser: bool
    is_active: bool = True

    @property
    def pk(self) -> Any:
        """Whose they are is told with each asking, as `person`."""
        return Given("person")

    def has_perm(self, name: str) -> bool:
        return name in self.permissions

    def open_to(self, verb: QueueVerb) -> Open:
        return self.places[QUEUE_VERBS.index(verb)]


Somebody = User | AnonymousUser | Rights
