"""All at once: customers write, agents answer and change, two workers send, X tells of it: nobody waits for ever."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_address, make_agent, make_policy, make_queue
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, we_say, writes
from tickets import assignment, lifecycle, replies
from tickets.choices import Direction, Priority, SendState, Status
from tickets.errors import DeskError
from tickets.models import Message, OutboxEntry, Ticket
from tickets.outbound import OutboundMessage
from tickets.outbox import pump

pytestmark = [pytest.mark.django_db(transaction=True)]

PEOPLE = [str(950000000000000000 + n) for n in range(6)]
GESTURES, LATE = 90, 600.0  # so many that well over 20 answers stay, whoever is quicker


def customers_write(chance: random.Random) -> None:
    for turn in range(GESTURES // 2):
        who = chance.choice(PEOPLE)
        take_in(writes(f"again {turn}", who=who, minute=turn), says(f"hello {turn}", who=who, minute=turn))


def agents_work(chance: random.Random, agent: User) -> None:
    for turn in range(GESTURES):
        ticket = chance.choice(list(Ticket.objects.all()))
        with suppress(DeskError):
            _one_of(ticket, agent, turn, chance)()


def _one_of(ticket: Ticket, agent: User, turn: int, chance: random.Random) -> Callable[[], object]:
    now, text = at(turn), f"answer {agent.username} {turn}"
    return chance.choice(
        [
            lambda: replies.reply(ticket, text=text, private=ticket.private, by=agent, now=now),
            lambda: replies.reply(ticket, text=text, private=ticket.private, by=agent, now=now),
            lambda: undo_latest(ticket, agent),
            lambda: assignment.take(ticket, by=agent, now=now),
            lambda: lifecycle.change_status(ticket, chance.choice([Status.RESOLVED, Status.OPEN]), by=agent, now=now),
            lambda: lifecycle.change_priority(ticket, chance.choice(list(Priority)), by=agent, now=now),
        ]
    )


def undo_latest(ticket: Ticket, agent: User) -> None:
    message = ticket.messages.filter(direction=Direction.OUT, external_id=None).last()
    if message is not None:
        replies.undo(message, by=agent, now=at(0))


def workers_send(done: Event) -> None:
    while not done.is_set():
        pump(clock=lambda: at(LATE))


def tell_echo(message: OutboundMessage) -> None:
    """X tells of every other answer before it has answered us."""
    number = int(message.text.split()[-1])
    if number % 2:
        echo = {"private": message.private, "in_reply_to": message.in_reply_to, "fingerprint": message.text}
        said = we_say(message.text, to=message.recipient, minute=LATE, external_id=f"echo {message.key}", **echo)
        take_in(said, minute=LATE)


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_at_once_neither_blocks_nor_miscounts(wire: Wire, seed: int) -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())
    agents, done, chance = [make_agent("alice"), make_agent("bob")], Event(), random.Random(seed)
    take_in(*(writes(who=who, minute=n) for n, who in enumerate(PEOPLE)))
    wire.meanwhile = tell_echo
    with ThreadPoolExecutor(5) as pool:
        senders = [pool.submit(alone, partial(workers_send, done)) for _ in range(2)]
        people = [pool.submit(alone, partial(customers_write, random.Random(chance.random())))]
        people += [pool.submit(alone, partial(agents_work, random.Random(chance.random()), agent)) for agent in agents]
        try:
            for task in people:
                task.result(timeout=60)
        finally:
            done.set()
        for task in senders:
            task.result(timeout=60)
    pump(clock=lambda: at(LATE + 1))
    assert_sound(wire)


def assert_sound(wire: Wire) -> None:
    assert set(OutboxEntry.objects.values_list("state", flat=True)) == {SendState.SENT}
    assert 20 < len(wire.sent) == len(set(wire.texts)) == OutboxEntry.objects.count()
    assert Message.objects.filter(direction=Direction.OUT).count() == OutboxEntry.objects.count()
    for ticket in Ticket.objects.all():
        assert ticket.message_count == ticket.messages.exclude(direction=Direction.INTERNAL).count()
        running = list(ticket.clocks.filter(ended_at=None).values_list("metric", flat=True))
        assert len(running) == len(set(running))
        assert (ticket.next_due_at is not None) == bool(running)


def alone(work: Callable[[], None]) -> None:
    """In a thread of its own, with a connection of its own."""
    try:
        work()
    finally:
        connection.close()
