"""The channel of the week: it carries what it is given, and notes when. All else is as the tests' pigeon does it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.tickets.pigeon import Pigeon, carried_by_pigeon
from tickets.outbound import OutboundMessage, Receipt

Carry = Callable[[OutboundMessage], Receipt]
_carry: list[Carry] = []


class Carrier(Pigeon):
    """settings.CHANNELS names it by its dotted path."""

    def send(self, message: OutboundMessage) -> Receipt:
        return _carry[-1](message)


@contextmanager
def carried(settings: Any) -> Iterator[None]:
    """One sender at a time, so that the week is the same each time."""
    with carried_by_pigeon(settings):
        settings.CHANNELS = {"twitter": f"{Carrier.__module__}.{Carrier.__qualname__}"}
        settings.OUTBOX_THREADS = 1
        yield


def carry_by(carry: Carry) -> None:
    """What is sent is given to this function from now on."""
    _carry[:] = [carry]
