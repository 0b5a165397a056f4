"""A day of two accounts, in both dialects, that reaches us shuffled and in pieces: the same tickets come of it."""

import random
from collections.abc import Sequence

import pytest

from tests.factories import NOW
from tests.twitter_integration.day import SECOND, Day, Told
from tests.twitter_integration.installed import install
from tests.twitter_integration.outcome import Picture, picture, wipe
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import PartnerAccount

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS, PIECE = 300, 40  # bodies of the day, and those that come between two rounds of work
LATE, BY = 0.3, 60  # the share that comes late, and by how many places at most


@pytest.fixture
def accounts() -> dict[str, PartnerAccount]:
    first, second = install(), install(SECOND, handle="second_demo")
    return {first.page_id: first, second.page_id: second}


def live_through(told: Sequence[Told], accounts: dict[str, PartnerAccount]) -> Picture:
    for start in range(0, len(told), PIECE):
        piece = told[start : start + PIECE]
        store([Arrival(app_id=accounts[one.us].app_id, body=one.body, received_at=NOW) for one in piece])
        drain()
    return picture()


@pytest.mark.parametrize("seed", range(4))
def test_a_shuffled_day_makes_the_same_tickets(accounts: dict[str, PartnerAccount], seed: int) -> None:
    told, chance = Day(seed).events(EVENTS), random.Random(seed)
    in_order = live_through(told, accounts)
    wipe()
    places = {at: at + (chance.uniform(0, BY) if chance.random() < LATE else 0) for at in range(EVENTS)}
    assert live_through([told[at] for at in sorted(places, key=places.__getitem__)], accounts) == in_order
