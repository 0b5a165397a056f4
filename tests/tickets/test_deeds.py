"""What is done on a channel beside answering: offered for what is public and there, done once, told by the history."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import Http404

from tests.factories import NOW, make_answer, make_message, make_note, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import verbs
from tickets.channels import CannotDo, Wish
from tickets.deeds import do, doable, find_deed
from tickets.models import Address

pytestmark = pytest.mark.django_db


def a_wish(name: str = "nod", about: str = "5") -> Wish:
    return Wish(name=name, about=about, key=uuid4())


def test_only_what_is_public_and_on_the_channel_can_be_acted_on(acme: Address, alice: User, wire: Wire) -> None:
    ticket = make_ticket(address=acme)
    said, gone = make_message(ticket), make_message(ticket, deleted_at=NOW)
    told = [said, gone, make_note(ticket), make_answer(ticket, state="queued", external_id=None)]
    there = doable(ticket, told, by=alice, now=NOW)
    assert list(there.on_messages) == [said.pk] and there.on_customer[0].name == "nod"


def test_a_deed_is_done_and_the_history_tells_of_it(acme: Address, alice: User, wire: Wire) -> None:
    ticket = make_ticket(address=acme)
    assert do(ticket, a_wish(), by=alice, now=NOW).sentence == "Nodded."
    assert wire.deeds == [("nod 5", "alice")] and verbs(ticket) == ["channel.did"]


def test_what_the_channel_refuses_leaves_no_trace(acme: Address, alice: User, wire: Wire) -> None:
    ticket = make_ticket(address=acme)
    with pytest.raises(CannotDo, match="Pigeons"):
        do(ticket, a_wish("dance"), by=alice, now=NOW)
    assert verbs(ticket) == []


def test_a_message_of_another_ticket_is_not_found(acme: Address, alice: User, wire: Wire) -> None:
    other = make_message(make_ticket(address=acme))
    with pytest.raises(Http404):
        find_deed(make_ticket(address=acme), "nod", about=other.pk, by=alice, now=NOW)
