"""Acting on X from a ticket's page: Ana's ticket with Acme, the sandbox behind it, and an agent's browser."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import ANA, make_agent, make_customer, make_message, make_ticket
from tests.twitter_integration.conftest import acme, sandbox
from tickets.models import Message, Ticket
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["acme", "sandbox"]


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def ticket(acme: PartnerAccount, sandbox: ThreadedSandbox) -> Ticket:
    XApp.objects.update(tier="enterprise")
    sandbox.world.switches.set("tier", "enterprise")
    return make_ticket(make_customer(ANA, handle="ana_demo"), address=acme.address)


@pytest.fixture
def said(ticket: Ticket, sandbox: ThreadedSandbox) -> Message:
    post = sandbox.act("post", user="ana_demo", text="@acmehelp_demo thanks!")
    return make_message(ticket, "@acmehelp_demo thanks!", external_id=str(post["id"]))


@pytest.fixture
def desk(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


def page(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/tickets/{ticket.pk}/").content.decode()


def do(desk: Client, ticket: Ticket, name: str, **words: object) -> str:
    return desk.post(f"/tickets/{ticket.pk}/do/{name}/", words, follow=True).content.decode()
