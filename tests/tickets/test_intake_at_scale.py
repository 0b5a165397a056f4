"""Batches: a fixed number of statements however long, and two workers who receive the same one at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.said import says, take_in, we_say, writes
from tickets.inbound import Attachment, InboundMessage
from tickets.models import Activity, Customer, Identity, Message, SlaClock, Ticket

MOST_STATEMENTS = 45


def person(number: int) -> str:
    return str(910000000000000000 + number)


def mixed(count: int, *, first: int = 0) -> list[InboundMessage]:
    """Of everything: new conversations with media, replies, direct messages, our own answers."""
    said: list[InboundMessage] = []
    photo = Attachment(external_id="1", kind="photo", url="https://pbs.twimg.com/media/demo.jpg")
    for number in range(first, first + count // 5):
        opening = says("Help", who=person(number), minute=number / 60, attachments=[photo])
        said += [
            opening,
            says("Hello?", who=person(number), minute=1 + number / 60, in_reply_to=opening.external_id),
            we_say("Coming.", to=person(number), minute=2 + number / 60, in_reply_to=opening.external_id),
            writes("Privately", who=person(number), minute=3 + number / 60),
            we_say("Certainly.", to=person(number), minute=4 + number / 60, private=True),
        ]
    return said


def statements(batch: Sequence[InboundMessage]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as told:
        take_in(*batch)
    return len(told)


@pytest.fixture
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_batch(acme: None) -> None:
    ten, two_hundred = statements(mixed(10)), statements(mixed(200, first=100))
    assert ten == two_hundred
    assert two_hundred < MOST_STATEMENTS


@pytest.mark.django_db
def test_nor_for_people_and_tickets_that_are_known(acme: None) -> None:
    take_in(*mixed(210))
    ten, two_hundred = statements(mixed(10)), statements(mixed(200, first=2))
    assert ten == two_hundred


@pytest.mark.django_db
def test_a_batch_told_again_changes_nothing(acme: None) -> None:
    batch = mixed(50)
    take_in(*batch)
    before = [model.objects.count() for model in (Ticket, Message, Customer, Identity, Activity, SlaClock)]
    assert {r.outcome for r in take_in(*reversed(batch))} == {"known"}
    assert [model.objects.count() for model in (Ticket, Message, Customer, Identity, Activity, SlaClock)] == before


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3, 50])
def test_one_message_at_a_time_and_all_at_once_come_to_the_same(acme: None, size: int) -> None:
    batch = mixed(50)
    for start in range(0, len(batch), size):
        take_in(*batch[start : start + size])
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (20, 50, 10)
    assert set(Ticket.objects.values_list("message_count", "status")) == {(3, "pending"), (2, "pending")}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_workers_that_receive_the_same_batch_store_it_once(acme: None, round_: int) -> None:
    batch, start = mixed(50), Barrier(2)

    def receive_it(turned: bool) -> list[str]:
        try:
            start.wait()
            return [r.outcome for r in take_in(*(reversed(batch) if turned else batch))]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        outcomes = [outcome for told in workers.map(receive_it, [False, True]) for outcome in told]
    assert (outcomes.count("stored"), outcomes.count("known")) == (50, 50)
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (20, 50, 10)


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_meet_the_same_strangers_at_once_know_each_once(acme: None) -> None:
    make_address("900000000000000009")
    start = Barrier(2)

    def receive_it(key: str) -> None:
        try:
            start.wait()
            take_in(*(says(who=person(n), minute=n, address_key=key) for n in range(40)))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(receive_it, ["900000000000000001", "900000000000000009"]))
    assert (Ticket.objects.count(), Customer.objects.count(), Identity.objects.count()) == (80, 40, 40)
