"""However conversations are shuffled and cut into batches, what hangs together is one ticket, whoever said it; and
nothing is ever left on a ticket that was emptied.

Many conversations are told at once, each in an order and in pieces of its own. Each begins with somebody's words: the
answers to an announcement of ours are a ticket for each customer, by what is known when each comes.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.factories import ANA, BEN, make_address, make_policy, make_queue
from tests.tickets.said import says, take_in, we_say
from tickets.choices import Direction, Status
from tickets.inbound import InboundMessage
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
CLEO = "3003"
OURS = "ours"
MANY = 60
Tree = Sequence[InboundMessage]


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


def plant(chance: random.Random, number: int, *, named: float, ours: bool = False) -> Tree:
    """2 to 6 messages, each but the first an answer to one before it; X names the conversation of some."""
    said: list[InboundMessage] = []
    for n in range(chance.randint(2, 6)):
        told: dict[str, Any] = {"external_id": f"{number}00{n}", "minute": n // chance.choice((1, 1, 2))}
        told["conversation"] = f"{number}000" if chance.random() < named else ""
        parent = chance.choice(said) if said else None
        told["in_reply_to"] = parent.external_id if parent else ""
        who = chance.choice((ANA, BEN, CLEO, OURS)) if parent else OURS if ours else ANA
        if who == OURS:
            heard = parent and (parent.counterpart if parent.by_us else parent.author)
            said.append(we_say(to=heard.external_id if heard else None, **told))
        else:
            said.append(says(who=who, **told))
    return said


def pieces(tree: Tree, chance: random.Random) -> Iterator[Tree]:
    rest = chance.sample(tree, len(tree))
    while rest:
        size = chance.randint(1, 3)
        yield rest[:size]
        rest = rest[size:]


def tell_shuffled(trees: Sequence[Tree], chance: random.Random) -> None:
    """The first pieces of all in one batch, then the second of all, until everything is told; after each nothing that
    was emptied may hold a message."""
    told = [list(pieces(tree, chance)) for tree in trees]
    for turn in range(max(map(len, told))):
        take_in(*(message for parts in told for message in (parts[turn] if turn < len(parts) else ())))
        assert not Message.objects.filter(ticket__merged_into__isnull=False).exists()
        assert not Ticket.objects.filter(merged_into__merged_into__isnull=False).exists()


@pytest.mark.parametrize("named", [0, 0.5, 1])
def test_what_hangs_together_is_one_ticket_in_any_order(named: float) -> None:
    chance = random.Random(f"trees {named}")
    trees = [plant(chance, number, named=named) for number in range(1, MANY)]
    below_ours = [plant(chance, number, named=named, ours=True) for number in range(MANY, MANY + 15)]
    tell_shuffled([*trees, *below_ours], chance)
    on = dict(Message.objects.values_list("external_id", "ticket"))
    torn = [tree for tree in trees if len({on[message.external_id] for message in tree}) > 1]
    assert [[(m.external_id, m.in_reply_to, on[m.external_id]) for m in tree] for tree in torn] == []
    assert len({on[tree[0].external_id] for tree in trees}) == len(trees)
    assert not Message.objects.filter(direction=Direction.IN, ticket__status=Status.CLOSED).exists()
