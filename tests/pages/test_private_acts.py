"""What was done in private is told to nobody who may not read private messages: reminders, the record, the history."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.api.caller import Caller
from tests.factories import ACME, ANA, make_activity, make_agent, make_customer, make_ticket
from tests.tickets.rights import without
from tests.twitter_integration.conftest import acme, sandbox
from tickets.channels import CannotDo, Wish
from tickets.deeds import do
from tickets.models import Ticket
from twitter_integration.console import doing, due
from twitter_integration.console.actor import as_actor
from twitter_integration.models import AccountAct, ActReminder, PartnerAccount

__all__ = ["acme", "sandbox"]
SECRET = "She sent us her passport"


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def bob(db: None) -> User:
    """An agent who may not read private messages."""
    return without(make_agent("bob"), "see_private")


@pytest.fixture
def ticket(acme: PartnerAccount) -> Ticket:
    return make_ticket(make_customer(ANA), address=acme.address)


@pytest.fixture
def reminder(acme: PartnerAccount, ticket: Ticket, alice: User) -> ActReminder:
    """Alice blocked Ana's messages for a week, and the week is over."""
    now = timezone.now()
    told: dict[str, Any] = {"reason": SECRET, "until": now + timedelta(days=7), "confirmed": True}
    order = doing.Order(action="block-messages", values={"person": ANA}, **told)
    doing.perform(acme, order, actor=as_actor(alice, via="page"), now=now)
    ActReminder.objects.update(due_at=now - timedelta(minutes=1))
    return ActReminder.objects.get()


def test_who_reads_nothing_private_sees_no_such_reminder_anywhere(
    client: Client, alice: User, bob: User, ticket: Ticket, reminder: ActReminder
) -> None:
    for person, told in ((alice, True), (bob, False)):
        client.force_login(person)
        for address in (f"/accounts/{ACME}/people/", f"/accounts/{ACME}/writing/", f"/tickets/{ticket.pk}/"):
            assert (SECRET in client.get(address).content.decode()) is told, (person, address)
        assert ("1 reminder" in client.get("/accounts/").content.decode()) is told
        rows = Caller(person).get(f"accounts/{ACME}/read/reminders/").json()["results"]
        assert len(rows) == int(told)


def test_who_reads_nothing_private_answers_no_such_reminder(
    acme: PartnerAccount, bob: User, reminder: ActReminder
) -> None:
    for undo in (True, False):
        with pytest.raises(CannotDo, match="answered already"):
            due.answer(str(reminder.pk), undo=undo, sheet=reminder.act.gesture, by=bob, now=timezone.now())
    told = Caller(bob).post(f"accounts/{ACME}/do/keep/", {"reminder": reminder.pk})
    assert told.status_code == 400 and "no such open reminder" in told.content.decode()
    assert ActReminder.objects.get().settled_at is None


def test_that_it_stays_is_private_too_and_said_in_the_action_s_words(
    acme: PartnerAccount, alice: User, reminder: ActReminder
) -> None:
    told = due.answer(str(reminder.pk), undo=False, sheet=reminder.act.gesture, by=alice, now=timezone.now())
    assert told.endswith("they can write the account no more messages.") and "block-messages" not in told
    assert AccountAct.objects.get(action="keep").private


def test_the_history_of_a_public_ticket_keeps_private_lines_from_others(
    client: Client, acme: PartnerAccount, alice: User, bob: User, ticket: Ticket
) -> None:
    wish = Wish(name="block-messages", about=ANA, key=uuid4(), reason=SECRET, sure=True)
    do(ticket, wish, by=alice, now=timezone.now())
    make_activity(ticket, "channel.did", {"deed": "mute", "words": "Mute", "on": None})
    for person, lines in ((alice, 2), (bob, 1)):
        client.force_login(person)
        shown = client.get(f"/tickets/{ticket.pk}/").content.decode()
        assert shown.count("on X: Mute.") == 1
        assert shown.count("on X: Block somebody") == lines - 1
        for path in (f"tickets/{ticket.pk}/activities/", f"activities/?ticket={ticket.pk}"):
            assert len(Caller(person).get(path).json()["results"]) == lines
