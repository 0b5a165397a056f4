"""What a rule has somebody look at (docs/rules.md, "Who is told")."""

from functools import partial

import pytest
from django.contrib.auth.models import User

from tests.factories import NOW, make_rule
from tests.tickets.said import says, take_in
from tickets.choices import NoticeEvent
from tickets.models import Notice, Ticket
from tickets.notices.excerpts import first_words
from tickets.notices.gathering import gather
from tickets.notices.words import sentence

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_rule_has_one_look_at_is_one_notice_with_its_own_words(acme: object, bob: User) -> None:
    refund = {"field": "text", "is": "has_any", "value": ["refund"]}
    make_rule("Money", refund, notify=[bob.pk], on_later=True)
    make_rule("Boxes", {"field": "text", "is": "has_any", "value": ["box"]}, notify=[bob.pk], on_later=True)
    (first,) = take_in(says("Where is my refund?", minute=0))
    ticket = Ticket.objects.get()
    said = partial(says, in_reply_to=first.external_id)
    gather(now=NOW)
    take_in(said("And the box?", minute=1), said("My refund!", minute=2), said("Hello?", minute=3))
    gather(now=NOW)
    money, boxes = Notice.objects.filter(read_at=None, event=NoticeEvent.TOLD).order_by("-line")
    assert (money.ticket, sentence(money)) == (ticket, "The rule ‘Money’ wants you to look at 2 messages here.")
    assert sentence(boxes) == "The rule ‘Boxes’ wants you to look at this."
    assert first_words(bob, [money, boxes]) == {money.pk: "My refund!", boxes.pk: "And the box?"}
    ticket.messages.filter(text="And the box?").update(deleted_at=NOW)
    assert first_words(bob, [money, boxes]) == {money.pk: "My refund!"}
