"""The desk for searches: Acme's account, Alice who may see everything, and Petra who reads no private messages."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_address, make_agent, make_policy, make_queue
from tests.tickets.rights import without
from tickets.models import Address


@pytest.fixture
def acme(db: None) -> Address:
    return make_address(queue=make_queue("Support"), sla_policy=make_policy())


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def petra(db: None) -> User:
    """An agent without private messages."""
    return without(make_agent("petra"), "see_private")
