"""Follows, blocks and mutes have one key in Account Activity and another in X Activity: one fact all the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ACME, ANA, BEN, NOW
from tests.twitter_integration.bodies import CLASSIC, MODERN, relation
from tests.twitter_integration.installed import deliver, install
from tickets.models import DailyCount, Happening
from twitter_integration.deliveries.drain import drain
from twitter_integration.facts.pairing import LATEST, SKEW
from twitter_integration.models import Event, PartnerAccount, Subscription, Webhook

pytestmark = pytest.mark.django_db

OLD, NEW = CLASSIC, MODERN
SECONDS = timedelta(seconds=1)


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def tell(account: PartnerAccount, *bodies: bytes, after: timedelta = timedelta()) -> None:
    deliver(account, *bodies, received_at=NOW + after)
    drain()


def told_by() -> list[set[str]]:
    return [set(sources) for sources in Event.objects.order_by("pk").values_list("sources", flat=True)]


@pytest.mark.parametrize("verb", ["follow", "unfollow", "block", "unblock", "mute", "unmute"])
@pytest.mark.parametrize("first", [OLD, NEW])
@pytest.mark.parametrize("together", [True, False])
def test_what_both_products_tell_is_one_fact(verb: str, first: str, together: bool, acme: PartnerAccount) -> None:
    second = NEW if first == OLD else OLD
    bodies = [relation(verb, who=ACME, whom=ANA, dialect=dialect) for dialect in (first, second)]
    for batch in [bodies] if together else [[body] for body in bodies]:
        tell(acme, *batch, after=4 * SECONDS)
    assert told_by() == [{OLD, NEW}]
    assert Event.objects.get().times_told == 2
    assert Happening.objects.count() == 1 and DailyCount.objects.get().count == 1


def test_a_redelivery_by_either_product_is_recognised(acme: PartnerAccount) -> None:
    old, new = relation("follow", dialect=OLD), relation("follow", dialect=NEW)
    for body in (old, new, old + b" ", new + b" ", new + b"  "):
        tell(acme, body)
    assert Event.objects.get().times_told == 5
    assert Happening.objects.count() == 1


@pytest.mark.parametrize("dialect", [OLD, NEW])
def test_who_follows_again_after_leaving_did_it_twice(dialect: str, acme: PartnerAccount) -> None:
    verbs = ("follow", "unfollow", "follow")
    tell(acme, *(relation(verb, dialect=dialect, minute=minute) for minute, verb in enumerate(verbs)))
    assert sorted(Happening.objects.values_list("kind", flat=True)) == ["follow_of_us"] * 2 + ["unfollow_of_us"]


@pytest.mark.parametrize("order", [(0, 2, 1, 3), (0, 1, 2, 3), (0, 1, 3, 2), (2, 3, 1, 0), (2, 1, 0, 3)])
def test_two_follows_told_by_both_are_two_in_whatever_order(order: tuple[int, ...], acme: PartnerAccount) -> None:
    bodies = [relation("follow", dialect=dialect, minute=minute) for dialect in (OLD, NEW) for minute in (0, 2)]
    for at in order:
        tell(acme, bodies[at], after=timedelta(minutes=2))
    assert told_by() == [{OLD, NEW}] * 2


@pytest.mark.parametrize("gap", [-SKEW, 4 * SECONDS, LATEST])
def test_x_activity_may_tell_late(gap: timedelta, acme: PartnerAccount) -> None:
    tell(acme, relation("follow", dialect=OLD))
    tell(acme, relation("follow", dialect=NEW), after=gap)
    assert told_by() == [{OLD, NEW}]


@pytest.mark.parametrize("gap", [-SKEW - SECONDS, LATEST + SECONDS])
def test_what_lies_far_apart_is_not_the_same(gap: timedelta, acme: PartnerAccount) -> None:
    tell(acme, relation("follow", dialect=OLD))
    tell(acme, relation("follow", dialect=NEW), after=gap)
    assert told_by() == [{OLD}, {NEW}]


def test_what_was_before_a_product_was_ordered_it_does_not_tell(acme: PartnerAccount) -> None:
    hook = Webhook.objects.create(app=acme.app, x_id="1", url="https://desk.example.com/", checked_at=NOW)
    ordered = NOW + timedelta(minutes=30)
    Subscription.objects.create(account=acme, webhook=hook, product=NEW, x_id="2", created_at=ordered)
    tell(acme, relation("follow", dialect=OLD))
    tell(acme, relation("follow", dialect=OLD, minute=40), after=timedelta(minutes=40))
    tell(acme, relation("follow", dialect=NEW), relation("follow", dialect=NEW), after=timedelta(minutes=41))
    assert told_by() == [{OLD}, {OLD, NEW}, {NEW}]


def test_other_people_and_other_deeds_are_not_the_same(acme: PartnerAccount) -> None:
    tell(acme, relation("follow", who=ANA, dialect=OLD), relation("follow", who=BEN, dialect=NEW))
    tell(acme, relation("follow", who=ACME, whom=BEN, dialect=OLD), relation("unfollow", who=ANA, dialect=NEW))
    assert told_by() == [{OLD}, {NEW}, {OLD}, {NEW}]


def test_however_many_there_are_it_takes_as_many_statements(acme: PartnerAccount) -> None:
    def statements(start: int, count: int) -> int:
        people = [str(10**17 + start + n) for n in range(count)]
        tell(acme, *(relation("follow", who=who, dialect=OLD) for who in people))
        deliver(acme, *(relation("follow", who=who, dialect=NEW) for who in people))
        with CaptureQueriesContext(connection) as seen:
            drain()
        return len(seen)

    statements(0, 1)
    assert statements(100, 5) == statements(200, 150)
    assert told_by() == [{OLD, NEW}] * 156
