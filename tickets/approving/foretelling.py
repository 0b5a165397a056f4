"""What whoever writes is told before they send: that somebody else has to let it go, why, and who may. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from kapture.people import shown_name
from tickets.approving.asking import find_needs, who_decide
from tickets.composing.beginning import queue_in_private
from tickets.models import Ticket

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Foretold:
    """`people`: who may let it go, by name, but not its writer."""

    rule: str
    word: str
    people: Sequence[User]

    @property
    def names(self) -> str:
        return ", ".join(shown_name(one) for one in self.people[:MOST_NAMED])

    @property
    def more(self) -> int:
        return max(0, len(self.people) - MOST_NAMED)


class Foretelling(dict[bool, Foretold]):
    """For each way to say it (private or not) in which it would wait."""

    words_matter = False  # whether it may be otherwise with other words


def foretell(ticket: Ticket, *, text: str, by: User, ways: Collection[bool]) -> Foretelling:
    """Of these ways to say it (private or not), those in which it would wait for approval. One statement where there
    are no rules; two more for each way that needs it, where it would stand on a private ticket three."""
    needs = find_needs(ticket, text=text, by=by, ways=ways)
    told = Foretelling()
    told.words_matter = needs.words_matter
    for private, need in needs.items():
        told[private] = Foretold(need.name, need.word, _people(ticket, private=private, by=by))
    return told


def _people(ticket: Ticket, *, private: bool, by: User) -> list[User]:
    begins = private and not ticket.private
    queue = queue_in_private(ticket) if begins else ticket.queue_id
    found = who_decide(queue, private=private).exclude(pk=by.pk)
    return sorted(found, key=lambda one: shown_name(one).casefold())
