"""Who wants no automatic messages: seen on the customer's card and by program, lifted by whoever may."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import ANA, make_agent, make_customer, make_message, make_ticket
from tickets.automatic.opting_out import mark
from tickets.models import OptOut, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    """Ana wrote STOP."""
    ticket = make_ticket(make_customer(ANA, handle="ana_demo"), private=True)
    mark(make_message(ticket, "STOP", visibility="private", external_id="77"), now=timezone.now())
    return ticket


def trusted() -> User:
    agent = make_agent("alice")
    agent.user_permissions.add(Permission.objects.get(codename="change_optout"))
    return User.objects.get(pk=agent.pk)


def page(client: Client, ticket: Ticket) -> str:
    return client.get(f"/tickets/{ticket.pk}/").content.decode()


def test_the_card_says_so_and_only_who_may_lifts_it(client: Client, ticket: Ticket) -> None:
    client.force_login(make_agent("bob"))
    told = page(client, ticket)
    assert "No automatic messages since" in told and "Lift the opt-out" not in told
    answer = client.post(f"/tickets/{ticket.pk}/opt-out/lift/", follow=True).content.decode()
    assert "You may not lift an opt-out" in answer and OptOut.objects.get().lifted_at is None


def test_lifting_is_told_in_the_history_and_done_once(client: Client, ticket: Ticket) -> None:
    client.force_login(trusted())
    assert "Lift the opt-out" in page(client, ticket)
    told = client.post(f"/tickets/{ticket.pk}/opt-out/lift/", follow=True).content.decode()
    assert "lifted the opt-out" in told and "No automatic messages since" not in told
    again = client.post(f"/tickets/{ticket.pk}/opt-out/lift/", follow=True).content.decode()
    assert "has not opted out" in again
    assert OptOut.objects.get().lifted_by is not None


def test_a_program_sees_and_lifts_it(ticket: Ticket) -> None:
    caller = Caller(trusted())
    (person,) = caller.get("customers/", {"handle": "ana_demo"}).json()["results"]
    assert [one["account"]["handle"] for one in person["identities"][0]["opt_outs"]] == [ticket.address.handle]
    assert caller.post(f"tickets/{ticket.pk}/lift-opt-out/").status_code == 200
    assert caller.get(f"customers/{person['id']}/").json()["identities"][0]["opt_outs"] == []
    assert code_of(caller.post(f"tickets/{ticket.pk}/lift-opt-out/"))[0] in (409, 422)


def test_who_may_not_read_private_messages_is_not_told(client: Client, ticket: Ticket) -> None:
    Ticket.objects.update(private=False)
    client.force_login(make_agent("bob"))
    User.objects.get(username="bob").groups.get().permissions.remove(Permission.objects.get(codename="see_private"))
    assert "No automatic messages since" not in page(client, ticket)
