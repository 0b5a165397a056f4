"""The admin's pages meet the same sandbox and the same account as X's own tests."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.factories import make_agent
from tests.tickets.conftest import wire
from tests.twitter_integration.conftest import acme, reachable, sandbox

__all__ = ["acme", "reachable", "sandbox", "wire"]


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    """The admin as an administrator sees it."""
    client.force_login(admin_user)
    return client


def configurator(*permissions: str) -> User:
    """Carl, who may sign in to the admin and see tickets, but not read private messages."""
    carl = make_agent("carl", is_staff=True)
    carl.groups.clear()
    carl.user_permissions.set(Permission.objects.filter(codename__in=("view_ticket", *permissions)))
    return User.objects.get(pk=carl.pk)
