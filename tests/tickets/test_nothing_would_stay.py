"""What is not out yet says nothing: no ticket is left, and none begun, with such an answer alone (docs/rules.md,
"Splitting, moving, linking")."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, take_in, writes
from tickets import replies
from tickets.errors import CannotChange
from tickets.models import Address, ApprovalRule, Message, Ticket
from tickets.regrouping.splitting import move, split
from tickets.sending.terms import Terms

pytestmark = pytest.mark.django_db
Taken = Callable[[Message, User], object]

HOW: dict[str, Taken] = {
    "split": lambda message, by: split(message.ticket or Ticket(), [message.pk], by=by, now=at(10)),
    "moved": lambda message, by: move(message, to=second().pk, by=by, now=at(10)),
}


def second() -> Ticket:
    return Ticket.objects.exclude(messages__external_id="1000").get()


@pytest.fixture(params=["scheduled", "awaits approval"])
def answer(acme: Address, wire: Wire, alice: User, request: pytest.FixtureRequest) -> Message:
    """Of two private tickets of Ana one has but her message and an answer of ours that is not out."""
    if request.param == "awaits approval":
        ApprovalRule.objects.create(name="All")
    take_in(writes(external_id="2000"), minute=0)
    Ticket.objects.update(status="closed", resolved_at=at(1))
    take_in(writes(external_id="1000", minute=2), minute=2)
    Ticket.objects.update(status="open", resolved_at=None)
    asked = Message.objects.get(external_id="1000")
    assert asked.ticket is not None
    terms = Terms(at=at(90)) if request.param == "scheduled" else Terms()
    return replies.reply(asked.ticket, text="On its way.", private=True, by=alice, now=at(6), terms=terms)


@pytest.mark.parametrize("how", HOW)
def test_what_was_said_alone_stays_beside_an_answer_that_is_not_out(answer: Message, how: str, alice: User) -> None:
    asked = Message.objects.get(external_id="1000")
    with pytest.raises(CannotChange, match=f"Nothing would stay on ticket #{asked.ticket_id}"):
        HOW[how](asked, alice)


@pytest.mark.parametrize("how", HOW)
def test_an_answer_that_is_not_out_goes_nowhere_alone(answer: Message, how: str, alice: User) -> None:
    with pytest.raises(CannotChange, match="It is not out yet"):
        HOW[how](answer, alice)
