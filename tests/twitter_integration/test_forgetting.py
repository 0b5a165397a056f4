"""Raw bodies go when what they tell of is deleted on X, and some hours after they were worked."""

import json
from datetime import timedelta

from django.utils import timezone

from tests.factories import ACME
from tests.twitter_integration.bodies import CLASSIC, MODERN, number_at, post
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.forgetting import KEPT, forget_worked
from twitter_integration.inbox import Arrival, replay, store
from twitter_integration.models import Delivery, Event, PartnerAccount

NOW = timezone.now


def deliver(account: PartnerAccount, *bodies: bytes) -> None:
    store([Arrival(app_id=account.app_id, body=body, received_at=NOW()) for body in bodies])
    drain()


def deletion(number: str) -> bytes:
    told = {"status": {"id": number, "user_id": ACME}, "timestamp_ms": "1772445600000"}
    return json.dumps({"for_user_id": ACME, "tweet_delete_events": [told]}).encode()


def bodies() -> str:
    return repr([bytes(row.body) for row in Delivery.objects.all()])


def test_the_body_of_what_is_deleted_goes_with_it_and_no_other(acme: PartnerAccount) -> None:
    number = number_at()
    deliver(acme, post("OWNSECRET", who=ACME, number=number), post("Another", who=ACME))
    deliver(acme, deletion(number))
    assert "OWNSECRET" not in bodies() and "Another" in bodies()
    assert Delivery.objects.filter(state="done").count() == 3


def test_bodies_that_told_of_it_again_go_too(acme: PartnerAccount) -> None:
    number = number_at()
    deliver(acme, post("OWNSECRET", who=ACME, number=number))
    deliver(acme, post("OWNSECRET", who=ACME, number=number, dialect=MODERN), post("Another", who=ACME))
    deliver(acme, deletion(number))
    assert Event.objects.get(key=f"post:{number}").times_told == 2
    assert "OWNSECRET" not in bodies() and "Another" in bodies()


def test_at_once_as_well(acme: PartnerAccount) -> None:
    """Both products and the deletion, worked in one batch."""
    number = number_at()
    told = [post("OWNSECRET", who=ACME, number=number, dialect=dialect) for dialect in (CLASSIC, MODERN)]
    deliver(acme, *told, deletion(number))
    assert "OWNSECRET" not in bodies()
    assert set(Delivery.objects.values_list("state")) == {("done",)}


def test_a_dead_letter_that_names_it_goes_too(acme: PartnerAccount) -> None:
    number = number_at()
    broken = {"for_user_id": ACME, "tweet_create_events": [{"id_str": number, "text": "OWNSECRET", "user": 7}]}
    other = {"for_user_id": ACME, "tweet_create_events": [{"id_str": f"{number}1", "text": "Kept", "user": 7}]}
    deliver(acme, json.dumps(broken).encode(), json.dumps(other).encode())
    assert Delivery.objects.filter(state="dead").count() == 2
    deliver(acme, deletion(number))
    assert "OWNSECRET" not in bodies() and "Kept" in bodies()


def test_what_was_worked_is_emptied_in_time_and_a_redelivery_is_still_known(acme: PartnerAccount) -> None:
    body, dead = post("Where is it?"), b'{"for_user_id":"900000000000000001"'
    deliver(acme, body, dead)
    assert forget_worked(now=NOW() + KEPT - timedelta(minutes=1)) == 0
    assert forget_worked(now=NOW() + KEPT + timedelta(minutes=1)) == 1
    assert "Where is it?" not in bodies() and "for_user_id" in bodies()
    assert store([Arrival(app_id=acme.app_id, body=body, received_at=NOW())]) == []


def test_what_was_emptied_is_not_replayed(acme: PartnerAccount) -> None:
    deliver(acme, post())
    forget_worked(now=NOW() + KEPT * 2)
    assert replay(list(Delivery.objects.values_list("pk", flat=True)), now=NOW()) == 0
    assert Delivery.objects.get().state == "done"
