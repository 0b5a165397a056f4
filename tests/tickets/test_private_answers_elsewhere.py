"""What was asked in public is answered in private, and the private ticket is merged or split afterwards (docs/rules.md,
"What a customer says privately"): the answer speaks to the question it was written to, wherever it stands."""

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, writes
from tests.tickets.test_merging import merged, two
from tests.tickets.test_outbox import send_at
from tests.tickets.test_private_answers_regrouped import dm, replied, resolve
from tickets.models import Message, Ticket
from tickets.regrouping.splitting import split
from tickets.regrouping.undoing import undo
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def answered(ticket: Ticket, by: User, *, minute: float) -> Ticket:
    """In private, which is out a minute later; the private ticket, resolved."""
    ticket.refresh_from_db()
    private = Message.objects.get(pk=dm(ticket, by, minute=minute, terms=Terms(repeat=True)).pk).ticket
    assert private is not None and send_at(at(minute + 1)) == 1
    resolve(private, by, minute=minute + 2)
    return private


def late_word(ticket: Ticket) -> None:
    """Older than every answer, and told now: the promises of the ticket are told anew."""
    said = ticket.messages.earliest("pk")
    take_in(says("And quickly!", in_reply_to=said.external_id or "", minute=2), minute=115)


@pytest.mark.parametrize("then", ["stays", "undone"])
def test_of_two_private_tickets_that_are_merged_each_answer_speaks_to_its_own_question(
    wire: Wire, alice: User, then: str
) -> None:
    one, other = two()
    first, second = answered(one, alice, minute=10), answered(other, alice, minute=100)
    before = replied(one)[1], replied(other)[1]
    assert (before[0][1], before[1][1]) == (True, False)
    gesture = merged(second, first, by=alice, minute=110)
    late_word(other)
    if then == "undone":
        undo(gesture.pk, by=alice, now=at(120))
    assert (replied(one)[1], replied(other)[1]) == before


def test_split_off_its_private_ticket_it_answers_what_it_answered(wire: Wire, alice: User) -> None:
    one, _ = two()
    private = answered(one, alice, minute=10)
    take_in(writes("Hello", minute=20), minute=20)
    before = replied(one)[1]
    private.refresh_from_db()
    split(private, [private.messages.get(direction="out").pk], by=alice, now=at(30))
    late_word(one)
    assert replied(one)[1] == before and before[1] is True
