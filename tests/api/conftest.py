"""Alice's program, with every scope; a channel that carries messages to a list."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller
from tests.factories import make_address, make_agent
from tests.tickets.pigeon import Wire, carried_by_pigeon
from tickets.models import Address


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def acme(db: None) -> Address:
    return make_address()


@pytest.fixture
def api(alice: User) -> Caller:
    return Caller(alice)


@pytest.fixture
def wire(settings: Any) -> Iterator[Wire]:
    """What the channel carried, and what it shall do next."""
    with carried_by_pigeon(settings) as wire:
        yield wire
