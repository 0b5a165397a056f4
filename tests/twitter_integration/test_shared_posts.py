"""One of our brands names another: what the author deletes on X goes at both, though X tells the author alone."""

import pytest

from tests.factories import BEN, NOW
from tests.twitter_integration.bodies import dump, number_at, post
from tests.twitter_integration.installed import deliver, install
from tickets.models import Message, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, PartnerAccount

TEXT = "@acmehelp_demo Our partner's lounge is closed."


@pytest.fixture
def brands(db: None) -> tuple[PartnerAccount, PartnerAccount]:
    """Acme, and Ben's, whose post names Acme."""
    return install(), install(BEN, handle="ben_demo")


def deletion(number: str, *, by: str = BEN) -> bytes:
    moment = str(int(NOW.timestamp() * 1000) + 60_000)
    return dump(
        {
            "for_user_id": by,
            "tweet_delete_events": [{"status": {"id": number, "user_id": by}, "timestamp_ms": moment}],
        }
    )


@pytest.mark.parametrize(("order", "tickets"), [("copy first", 1), ("deletion first", 0)])
def test_the_copy_of_the_brand_that_was_named_goes_with_the_post(
    brands: tuple[PartnerAccount, PartnerAccount], order: str, tickets: int
) -> None:
    acme, ben = brands
    number = number_at()
    told = [(acme, post(TEXT, who=BEN, number=number)), (ben, deletion(number))]
    for account, body in told if order == "copy first" else reversed(told):
        deliver(account, body)
        drain()
    copy = Message.objects.get(address=acme.address_id, external_id=number)
    assert (copy.text, copy.deleted_at is not None) == ("", True)
    assert Ticket.objects.count() == tickets
    assert not any(TEXT.encode() in bytes(body) for body in Delivery.objects.values_list("body", flat=True))


def test_the_deletion_of_another_post_takes_no_copy(brands: tuple[PartnerAccount, PartnerAccount]) -> None:
    acme, ben = brands
    deliver(acme, post(TEXT, who=BEN))
    deliver(ben, deletion(number_at()))
    drain()
    assert Message.objects.get(address=acme.address_id).text == TEXT
    assert Message.objects.filter(address=acme.address_id).count() == 1
