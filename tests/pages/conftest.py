"""The people at their browsers, and an account that may answer."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import ACME, make_address, make_agent, make_outsider
from tickets.models import Address
from tickets.staffing.presence import note_seen
from twitter_integration.models import PartnerAccount, XApp


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_agent("bob")


@pytest.fixture
def acme(db: None) -> Address:
    """Acme's address with an account behind it that X lets answer anybody."""
    address = make_address()
    app = XApp.objects.create(name="Acme", consumer_key="key", consumer_secret="secret", tier="enterprise")
    PartnerAccount.objects.create(
        address=address,
        app=app,
        page_id=ACME,
        page_name="acmehelp_demo",
        access_token="token",
        access_token_secret="secret",
    )
    return address


@pytest.fixture
def desk(alice: User, acme: Address) -> Client:
    """Alice's browser; she was heard of this minute."""
    note_seen(alice, now=timezone.now())
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def strangers_desk(db: None) -> Client:
    """Charlie's browser."""
    client = Client()
    client.force_login(make_outsider())
    return client
