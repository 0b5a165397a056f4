"""docs/rules.md, "The next ticket": who has some of their own that wait goes to these first."""

import pytest
from django.contrib.auth.models import User

from tests.factories import NOW, make_answer
from tests.tickets.floor import at_work, staffed, waits
from tests.tickets.said import at
from tickets.errors import NothingWaits
from tickets.models import Agent, Queue
from tickets.staffing.going_on import go_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:
    return at_work("ana")


@pytest.fixture
def billing(ana: User) -> Queue:
    return staffed("Billing", ana, mode="pull")


def test_the_late_ones_and_those_due_first_and_then_another_one(billing: Queue, ana: User) -> None:
    quiet, soon, late = (waits(n, due, queue=billing, assignee=ana) for n, due in enumerate((None, at(9), at(-9))))
    free = waits(3, at(-20), queue=billing)
    Agent.objects.update(capacity=1)  # their own are theirs; who asks has no limit either
    left, way = None, []
    for _ in range(4):
        ticket, own = go_on(by=ana, now=NOW, left=left)
        way.append((left := ticket.pk, own))
    assert way == [(late.pk, True), (soon.pk, True), (quiet.pk, True), (free.pk, False)]


def test_what_does_not_wait_for_them_is_passed(billing: Queue, ana: User) -> None:
    waits(1, queue=billing, assignee=at_work("bob"))
    waits(2, queue=billing, assignee=ana, status="pending")
    waits(3, queue=billing, assignee=ana, snoozed_at=NOW)
    waits(4, queue=billing, assignee=ana, last_by_us=True)
    make_answer(waits(5, queue=billing, assignee=ana), state="held")
    with pytest.raises(NothingWaits):
        go_on(by=ana, now=NOW)


def test_what_was_answered_is_not_come_back_to_and_what_was_passed_is(billing: Queue, ana: User) -> None:
    passed, answered = (waits(n, at(n), queue=billing, assignee=ana) for n in (1, 2))
    make_answer(answered, state="held")
    assert go_on(by=ana, now=NOW, left=answered.pk) == (passed, True)
