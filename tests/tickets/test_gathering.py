"""What may belong to an incident (docs/rules.md, "Incidents")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, make_customer, make_message, make_ticket
from tests.tickets.rights import without
from tests.tickets.said import at
from tickets.choices import Status
from tickets.incidents import grouping
from tickets.incidents.gathering import gather
from tickets.models import Folder, Incident, Tag, Ticket
from tickets.permissions import queues_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(acme: object, alice: User) -> Incident:
    home = make_ticket(opened_at=at(0))
    make_message(home, "The baggage belt in hall B stands still")
    return grouping.make(home, "Belt", by=alice, now=at(5))


def other(text: str = "Hello there, a question", **facts: Any) -> Ticket:
    return make_ticket(make_customer(BEN), last_text=text, **({"opened_at": at(3)} | facts))


def found(incident: Incident, by: User, *parts: Ticket) -> list[tuple[int, list[tuple[str, str]]]]:
    return [(one.ticket.pk, one.reasons) for one in gather(incident, parts, by=by)]


def test_similar_words_a_tag_or_the_folder_of_one_that_belongs_to_it(incident: Incident, alice: User) -> None:
    belts, hall = Folder.objects.create(name="Belts"), Tag.objects.create(name="hall-b")
    part = other(folder=belts, part_of=incident.ticket)
    part.tags.add(hall)
    filed, tagged = other(folder=belts), other()
    tagged.tags.add(hall)
    words = other("is the belt in hall B still broken? baggage stands")
    other()
    assert found(incident, alice, part) == [
        (words.pk, [("like_words", "")]),
        (tagged.pk, [("same_tag", "hall-b")]),
        (filed.pk, [("same_folder", "Belts")]),
    ]


def test_not_what_came_long_before_is_done_belongs_elsewhere_or_may_not_be_seen(
    incident: Incident, alice: User
) -> None:
    same = "The baggage belt in hall B stands still"
    other(same, opened_at=at(-120)), other(same, status=Status.RESOLVED)
    grouping.make(other(same), "Another", by=alice, now=at(6))
    other(same, part_of=Incident.objects.get(name="Another").ticket)
    hidden = other(same, private=True)
    assert [pk for pk, _ in found(incident, alice)] == [hidden.pk]
    assert found(incident, without(alice, "see_private")) == []
    incident.ticket.resolved_at = at(2)
    assert found(incident, alice) == []


def test_it_asks_no_more_for_many(incident: Incident, alice: User) -> None:
    queues_for(alice, "see")
    counts = []
    for _ in range(2):
        for _ in range(5):
            other("The baggage belt in hall B stands still")
        with CaptureQueriesContext(connection) as asked:
            assert gather(incident, [], by=alice)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
