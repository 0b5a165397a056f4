"""Tickets that are merged by their account's rule (docs/rules.md, "What is merged by itself")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, make_customer, make_message, make_queue, make_ticket
from tests.tickets.said import at
from tickets import assignment, lifecycle
from tickets.choices import Status
from tickets.incidents import grouping
from tickets.models import Address, Gesture, Ticket
from tickets.regrouping import splitting, undoing
from tickets.regrouping.automerging import merge_what_belongs

pytestmark = pytest.mark.django_db
LONG = "My parcel to Lyon has not come yet"


@pytest.fixture
def rule(acme: Address) -> Address:
    """Everything is merged that may be."""
    Address.objects.update(merge_conversation=True, merge_same_words=True, merge_within_minutes=30)
    acme.refresh_from_db()
    return acme


def opened(text: str = "Hello there", *, minute: float = 0, talk: str = "", **fields: Any) -> Ticket:
    """A ticket with one message of that moment."""
    moment = at(minute)
    times = dict.fromkeys(("opened_at", "created_at", "last_message_at"), moment)
    ticket = make_ticket(fields.pop("identity", None), **(times | fields))
    make_message(ticket, text, conversation=talk)
    return ticket


def sweep(minute: float = 40) -> int:
    return merge_what_belongs(now=at(minute))


def home_of(ticket: Ticket) -> int | None:
    ticket.refresh_from_db()
    return ticket.merged_into_id


@pytest.mark.parametrize("as_part", [False, True])
def test_nothing_is_brought_to_an_incident_or_a_part_of_one(rule: Address, alice: User, as_part: bool) -> None:
    home, fresh = opened(LONG), opened(LONG, minute=5)
    event = opened("All is down", identity=make_customer(BEN)) if as_part else home
    incident = grouping.make(event, "Down", by=alice, now=at(6))
    if as_part:
        grouping.add(incident, [home.pk], by=alice, now=at(6))
    assert sweep() == 0 and home_of(fresh) is None


@pytest.mark.parametrize(
    ("field", "second", "why"),
    [
        ("merge_conversation", {"talk": "t1", "minute": 50}, "same_conversation"),
        ("merge_same_words", {"text": "has my parcel to Lyon not come yet", "minute": 50}, "same_words"),
        ("merge_within_minutes", {"text": "And another thing", "minute": 29}, "same_time"),
    ],
)
def test_each_rule_merges_what_it_speaks_of_and_says_so(
    acme: Address, field: str, second: dict[str, Any], why: str
) -> None:
    home, fresh = opened(LONG, talk="t1"), opened(**({"text": "By the way"} | second))
    assert sweep(55) == 0
    Address.objects.update(**{field: 30 if field == "merge_within_minutes" else True})
    assert sweep(55) == 1 and sweep(55) == 0
    assert home_of(fresh) == home.pk and home.messages.count() == 2
    line = home.activities.get(verb="ticket.took_in")
    assert (line.actor, line.data["why"], line.data["tickets"]) == (None, why, [fresh.pk])


def other_customer(home: Ticket) -> Ticket:
    return opened(LONG, minute=5, identity=make_customer(BEN))


def private_one(home: Ticket) -> Ticket:
    return opened(LONG, minute=5, private=True)


def too_late(home: Ticket) -> Ticket:
    return opened("Quite another thing here", minute=31)


def home_is_done(home: Ticket) -> Ticket:
    Ticket.objects.filter(pk=home.pk).update(status=Status.RESOLVED)
    return opened(LONG, minute=5)


def answered(home: Ticket) -> Ticket:
    return opened(LONG, minute=5, last_outbound_at=at(6))


def old(home: Ticket) -> Ticket:
    return opened(LONG, minute=5, created_at=at(-30))


@pytest.mark.parametrize("other", [other_customer, private_one, too_late, home_is_done, answered, old])
def test_what_does_not_belong_or_is_in_somebodys_hands_stays(rule: Address, other: Any) -> None:
    fresh = other(opened(LONG))
    assert sweep() == 0 and home_of(fresh) is None


def test_what_somebody_has_taken_stays(rule: Address, alice: User) -> None:
    opened(LONG)
    fresh = opened(LONG, minute=5)
    assignment.take(fresh, by=alice, now=at(6))
    assert sweep() == 0


def test_what_is_in_another_queue_or_was_changed_by_somebody_stays(rule: Address, alice: User) -> None:
    opened(LONG)
    elsewhere, changed = opened(LONG, minute=5, queue=make_queue("Bookings")), opened(LONG, minute=6)
    lifecycle.add_tag(changed, "vip", by=alice, now=at(7))
    assert sweep() == 0 and (home_of(elsewhere), home_of(changed)) == (None, None)


def test_it_is_undone_as_any_merge_and_not_made_again(rule: Address, alice: User) -> None:
    opened(LONG)
    fresh = opened(LONG, minute=5)
    assert sweep() == 1
    undoing.undo(Gesture.objects.get().pk, by=alice, now=at(41))
    assert home_of(fresh) is None and sweep() == 0


def test_what_somebody_split_off_is_not_brought_back(rule: Address, alice: User) -> None:
    home = opened(LONG, talk="t1")
    second = make_message(home, "And my invoice?", conversation="t1")
    splitting.split(home, [second.pk], by=alice, now=at(10))
    assert sweep() == 0


def test_several_go_into_the_one_that_was_first(rule: Address) -> None:
    home = opened(LONG)
    later = [opened(LONG, minute=minute) for minute in (5, 6, 7)]
    assert sum(sweep() for _ in range(3)) == 3
    last = [home_of(one) for one in later]
    assert set(last) == {home.pk} and home.messages.count() == 4


def test_looking_takes_as_many_statements_for_many_as_for_one(rule: Address) -> None:
    Address.objects.update(merge_same_words=False, merge_within_minutes=None)
    found = []
    for count in (1, 12):
        for _ in range(count):
            opened(LONG, minute=5)
        with CaptureQueriesContext(connection) as asked:
            assert sweep() == 0
        found.append(len(asked))
    assert found[0] == found[1]
