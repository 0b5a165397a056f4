"""The admin's pages meet the same sandbox and the same account as X's own tests."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.twitter_integration.conftest import acme, reachable, sandbox

__all__ = ["acme", "reachable", "sandbox"]


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    """The admin as an administrator sees it."""
    client.force_login(admin_user)
    return client
