"""Sam, who sees the reports, at the browser; and Acme's account."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_address, make_queue, make_supervisor
from tickets.models import Address


@pytest.fixture
def acme(db: None) -> Address:
    return make_address(queue=make_queue("Support"))


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def desk(sam: User, acme: Address) -> Client:
    client = Client()
    client.force_login(sam)
    return client
