"""A message that several streams tell is the best of what each knows, whichever tells it first."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.said import only_ticket, says, take_in
from tickets.inbound import Attachment
from tickets.models import Media, Message, Ticket

pytestmark = pytest.mark.django_db
PHOTO = Attachment(external_id="1", kind="photo", url="https://pbs.twimg.com/media/demo.jpg")
POOR: dict[str, Any] = {"external_id": "1000", "text": "My bag has been lost since…", "source": "x_activity"}
RICH: dict[str, Any] = {
    "external_id": "1000",
    "text": "My bag has been lost since Sunday.",
    "source": "account_activity",
    "conversation": "900",
    "attachments": [PHOTO],
}


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


@pytest.mark.parametrize("order", [(POOR, RICH), (RICH, POOR)], ids=["poor first", "rich first"])
@pytest.mark.parametrize("together", [True, False])
def test_text_pictures_and_conversation_are_the_fuller_ones(order: tuple[dict[str, Any], ...], together: bool) -> None:
    said = [says(**told) for told in order]
    for batch in [said] if together else [[message] for message in said]:
        take_in(*batch)
    message = Message.objects.get()
    assert (message.text, message.conversation) == ("My bag has been lost since Sunday.", "900")
    assert only_ticket().last_text == message.text and len(message.sources) == 2 and Media.objects.count() == 1


def completed(count: int, *, first: int) -> int:
    """So many cut posts of so many people are told whole; returns the statements it took."""
    people = [{"who": str(n), "external_id": f"{n}0"} for n in range(first, first + count)]
    take_in(*[says(**POOR | person) for person in people])
    with CaptureQueriesContext(connection) as told:
        take_in(*[says(**RICH | person | {"conversation": ""}) for person in people])
    return len(told)


def test_the_number_of_statements_does_not_grow_with_how_many_are_completed() -> None:
    assert completed(2, first=1000) == completed(20, first=2000)
    assert set(Ticket.objects.values_list("last_text", flat=True)) == {RICH["text"]}


def test_a_conversation_that_is_told_later_ties_what_follows() -> None:
    take_in(says(external_id="1000", in_reply_to="500"))
    take_in(says(external_id="1000", in_reply_to="500", conversation="400", source="x_activity"))
    take_in(says("And?", external_id="1001", in_reply_to="501", conversation="400", source="x_activity"))
    assert Ticket.objects.count() == 1


def test_a_shorter_or_another_text_changes_nothing() -> None:
    take_in(says("My bag is lost.", external_id="1000"))
    take_in(says("My bag", external_id="1000", source="x_activity"))
    take_in(says("Your bag is lost, is it not?", external_id="1000", source="poll"))
    assert Message.objects.get().text == "My bag is lost."
