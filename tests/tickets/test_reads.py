"""Read receipts: whichever comes first, the receipt or the message, what the customer has read is marked."""

from datetime import datetime

import pytest

from tests.factories import ACME, ANA, make_address, make_policy, make_queue
from tests.tickets.said import at, take_in, we_say, writes
from tickets.happenings import ReadUpTo
from tickets.intake import note_attention
from tickets.models import Message, ReadMark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


def reads(number: str, *, minute: float) -> None:
    told = ReadUpTo(channel="twitter", address_key=ACME, person_id=ANA, external_id=number, at=at(minute))
    note_attention([told], [], now=at(minute))


def read_at(number: str) -> datetime | None:
    return Message.objects.values_list("read_at", flat=True).get(external_id=number)


def test_a_receipt_that_comes_before_the_message_marks_it_all_the_same() -> None:
    take_in(writes(external_id="1"))
    reads("2", minute=5)
    take_in(we_say(private=True, external_id="2", minute=4), we_say("Later.", private=True, external_id="3", minute=9))
    assert (read_at("2"), read_at("3")) == (at(5), None)


def test_an_older_receipt_that_is_told_late_takes_nothing_back() -> None:
    take_in(writes(external_id="1"))
    reads("3", minute=9)
    reads("2", minute=5)
    take_in(we_say(private=True, external_id="3", minute=8))
    assert (read_at("3"), ReadMark.objects.get().read_to) == (at(9), at(9))
