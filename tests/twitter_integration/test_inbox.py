"""The raw inbox: one durable row per body, a redelivery recognised, the worker woken once."""

import pytest
from django.db import transaction
from django_q.models import OrmQ

from tests.factories import ACME, BEN, NOW
from tests.twitter_integration.bodies import MODERN, direct, post
from tests.twitter_integration.installed import deliver, install
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, replay, store
from twitter_integration.models import Delivery, PartnerAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def arrival(account: PartnerAccount, body: bytes) -> Arrival:
    return Arrival(app_id=account.app_id, body=body, received_at=NOW)


def test_a_body_is_kept_byte_for_byte(acme: PartnerAccount) -> None:
    body = '{"for_user_id": "1",\n "text": "caf\u00e9 \\/ \\u2014"}'.encode()
    (delivery,) = deliver(acme, body)
    assert (bytes(delivery.body), delivery.state, delivery.attempts) == (body, "new", 0)


def test_bytes_that_are_no_text_are_kept_too(acme: PartnerAccount) -> None:
    (delivery,) = deliver(acme, b"\xff\x00\xfe")
    assert bytes(delivery.body) == b"\xff\x00\xfe"


def test_a_redelivery_is_recognised(acme: PartnerAccount) -> None:
    one, two = arrival(acme, post()), arrival(acme, direct())
    assert len(store([one, two, one])) == 2
    assert store([two, one]) == []


def test_the_same_body_for_another_app_is_another_delivery(acme: PartnerAccount) -> None:
    other = install("900000000000000009", app="Second app", handle="second_demo")
    body = post()
    assert len(store([arrival(acme, body), arrival(other, body)])) == 2


@pytest.mark.parametrize("body", [post(), post(dialect=MODERN), direct(), direct(dialect=MODERN)])
def test_the_lane_is_the_account_the_body_names(acme: PartnerAccount, body: bytes) -> None:
    assert deliver(acme, body)[0].lane == ACME


def test_a_name_inside_a_text_is_no_lane(acme: PartnerAccount) -> None:
    text = f'"for_user_id":"{BEN}"'
    assert deliver(acme, post(text))[0].lane == ACME


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_once_for_many(acme: PartnerAccount) -> None:
    for number in range(5):
        deliver(acme, post(minute=number))
    assert OrmQ.objects.count() == 1


def test_it_is_woken_again_after_it_looked(acme: PartnerAccount) -> None:
    deliver(acme, post())
    drain()
    deliver(acme, post())
    assert OrmQ.objects.count() == 2


def test_what_was_known_wakes_nobody(acme: PartnerAccount) -> None:
    known = arrival(acme, post())
    store([known])
    OrmQ.objects.all().delete()
    store([known])
    assert OrmQ.objects.count() == 0


def test_a_rollback_takes_the_wake_up_with_it(acme: PartnerAccount) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        deliver(acme, post())
        raise ZeroDivisionError
    assert (Delivery.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_replay_puts_deliveries_back_to_the_start(acme: PartnerAccount) -> None:
    (delivery,) = deliver(acme, b"[]")
    drain()
    assert replay([delivery.pk], now=NOW) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.reason) == ("new", 0, "")
