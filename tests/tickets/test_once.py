"""One sheet, one answer: however often it is submitted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import BEN, make_address, make_agent, make_policy, make_queue
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tickets import replies
from tickets.errors import CannotSend
from tickets.models import Message, OutboxEntry, Ticket
from tickets.outbound import Permission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
TOKEN = uuid4()


@pytest.fixture
def ticket(acme: object) -> Ticket:
    take_in(says(), minute=0)
    return only_ticket()


def reply(ticket: Ticket, by: User, text: str = "On its way.") -> Message:
    return replies.reply(ticket, text=text, private=False, by=by, now=at(1), token=TOKEN)


def note(ticket: Ticket, by: User) -> Message:
    return replies.note(ticket, text="Called the depot.", by=by, now=at(1), token=TOKEN)


def test_an_answer_submitted_twice_is_written_once(ticket: Ticket, alice: User) -> None:
    first = reply(ticket, alice)
    assert reply(ticket, alice) == first
    assert OutboxEntry.objects.get().key == TOKEN
    assert (only_ticket().message_count, ticket.activities.filter(verb="reply.queued").count()) == (2, 1)


def test_a_note_submitted_twice_is_written_once(ticket: Ticket, alice: User) -> None:
    assert note(ticket, alice) == note(ticket, alice)
    assert ticket.messages.filter(kind="note").count() == 1


def test_the_second_time_changes_nothing_even_when_nothing_may_be_sent_any_more(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    first = reply(ticket, alice)
    wire.permission = Permission(allowed=False, reason="They must follow you.")
    again = reply(ticket, alice, "Something else")
    assert (again, again.text) == (first, "On its way.")


def test_a_refused_answer_may_be_sent_from_the_same_sheet(ticket: Ticket, alice: User) -> None:
    with pytest.raises(CannotSend):
        reply(ticket, alice, "x" * 281)
    assert reply(ticket, alice).text == "On its way."


def test_an_answer_taken_back_may_be_sent_from_the_same_sheet(ticket: Ticket, alice: User) -> None:
    replies.undo(reply(ticket, alice), by=alice, now=at(1))
    assert reply(ticket, alice).text == "On its way."


def test_the_sheet_of_one_ticket_is_not_another_tickets(ticket: Ticket, alice: User) -> None:
    reply(ticket, alice), note(ticket, alice)
    take_in(says(who=BEN))
    for write in (reply, note):
        with pytest.raises(CannotSend, match="another ticket"):
            write(Ticket.objects.exclude(pk=ticket.pk).get(), alice)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [reply, note])
def test_of_many_submits_at_once_one_is_written(write: object) -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())
    take_in(says(), minute=0)
    ticket, alice, start = only_ticket(), make_agent("alice"), Barrier(6)

    def submit(_: int) -> int:
        try:
            start.wait()
            return int(write(ticket, alice).pk)  # type: ignore[operator]  # one of the two above
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as browsers:
        made = set(browsers.map(submit, range(6)))
    assert made == set(Message.objects.exclude(direction="in").values_list("pk", flat=True)) and len(made) == 1
