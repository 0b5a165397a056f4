"""docs/rules.md, "The next ticket": the most urgent one somebody can work, and nobody else gets the same."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from tests.at_once import at_once
from tests.factories import NOW, make_message, make_outsider, make_queue
from tests.tickets.floor import at_work, skill, staffed, waits
from tests.tickets.rights import without
from tests.tickets.said import at
from tests.tickets.test_giving_out import said_of
from tickets.assignment import assign
from tickets.errors import NotAllowed, NothingWaits
from tickets.models import Queue, Ticket
from tickets.staffing import pulling
from tickets.staffing.pulling import take_next
from tickets.staffing.returning import release_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:
    return at_work("ana")


@pytest.fixture
def billing(ana: User) -> Queue:
    return staffed("Billing", ana, mode="pull")


def test_what_is_due_first_is_next_and_then_the_older(billing: Queue, ana: User) -> None:
    quiet, late, soon, quiet_too = (waits(n, due, queue=billing) for n, due in enumerate((None, at(30), at(20), None)))
    assert [take_next(by=ana, now=NOW).pk for _ in range(4)] == [soon.pk, late.pk, quiet.pk, quiet_too.pk]
    assert said_of(soon) == ["Ana asked for the next ticket and got this one."]
    with pytest.raises(NothingWaits, match="Nothing waits for you in your queues"):
        take_next(by=ana, now=NOW)


def test_only_of_the_queues_one_staffs_and_of_those_that_are_everybodys(billing: Queue, ana: User) -> None:
    bob = at_work("bob")
    staffed("Press", bob)
    pressing = waits(1, at(1), queue=make_queue("Press"))
    open_to_all = waits(2, at(2), queue=make_queue("Open"))
    own = waits(3, at(3), queue=billing)
    assert [take_next(by=ana, now=NOW).pk for _ in range(2)] == [open_to_all.pk, own.pk]
    assert take_next(by=bob, now=NOW).pk == pressing.pk


def test_not_what_is_somebodys_put_aside_waiting_done_or_private_to_them(billing: Queue, ana: User) -> None:
    waits(1, at(1), queue=billing, assignee=at_work("bob"))
    waits(2, at(2), queue=billing, snoozed_at=NOW)
    waits(3, at(3), queue=billing, status="pending")
    waits(4, at(4), queue=billing, status="resolved")
    private = waits(5, at(5), queue=billing, private=True)
    reader = without(ana, "see_private")
    with pytest.raises(NothingWaits):
        take_next(by=reader, now=NOW)
    assert Ticket.objects.get(pk=private.pk).assignee is None


def test_not_what_needs_a_skill_they_lack_where_the_queue_asks(billing: Queue, ana: User) -> None:
    german = waits(1, at(1), queue=billing)
    german.skills.add(skill("German"))
    easy = waits(2, at(2), queue=billing)
    assert take_next(by=ana, now=NOW).pk == easy.pk
    with pytest.raises(NothingWaits):
        take_next(by=ana, now=NOW)
    Queue.objects.update(asks_skills=False)
    assert take_next(by=ana, now=NOW).pk == german.pk


def test_with_the_skill_they_get_it(billing: Queue) -> None:
    german = waits(1, at(1), queue=billing)
    german.skills.add(skill("German"), skill("Refunds"))
    assert take_next(by=at_work("ana", "German", "Refunds"), now=NOW).pk == german.pk


def test_what_they_gave_back_is_not_offered_to_them_again(billing: Queue, ana: User) -> None:
    hard, easy = waits(1, at(1), queue=billing), waits(2, at(2), queue=billing)
    assign(take_next(by=ana, now=NOW), to=None, by=ana, now=at(1))
    assert take_next(by=ana, now=at(2)).pk == easy.pk
    with pytest.raises(NothingWaits):
        take_next(by=ana, now=at(3))
    assert Ticket.objects.get(pk=hard.pk).assignee is None


def test_what_was_taken_from_them_is_not_offered_for_some_hours(billing: Queue, ana: User) -> None:
    ticket = waits(1, at(1), queue=billing, assignee=ana)
    release_work([ana.pk], by=at_work("bob"), now=NOW)
    with pytest.raises(NothingWaits):
        take_next(by=ana, now=at(8 * 60 - 1))
    assert take_next(by=ana, now=at(8 * 60)).pk == ticket.pk


def test_where_nothing_is_left_to_answer_it_comes_last(billing: Queue, ana: User) -> None:
    """Its only post was deleted on the channel; one that was answered before, and deleted, is not different."""
    gone, answered, other = (waits(n, at(n), queue=billing, last_text="") for n in (1, 2, 3))
    make_message(gone, "", external_id="1", deleted_at=NOW)
    make_message(answered, "First", external_id="2", sent_at=at(-9))
    Ticket.objects.filter(pk=answered.pk).update(last_outbound_at=at(-5))
    make_message(answered, "", external_id="3", deleted_at=NOW)
    make_message(other, "", external_id="4")
    assert [take_next(by=ana, now=NOW).pk for _ in range(3)] == [other.pk, gone.pk, answered.pk]


def test_an_outsider_asks_in_vain(billing: Queue) -> None:
    waits(1, queue=billing)
    with pytest.raises(NotAllowed):
        take_next(by=make_outsider(), now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_who_ask_at_the_same_moment_get_different_tickets(round_: int) -> None:
    people = [at_work(name) for name in ("ana", "bob", "cleo", "dora")]
    queue = staffed("Billing", *people, mode="pull")
    tickets = {waits(n, at(n), queue=queue).pk for n in range(3)}

    def ask(who: User) -> int | None:
        try:
            return take_next(by=who, now=NOW).pk
        except NothingWaits:
            return None

    found = at_once(*(lambda who=who: ask(who) for who in people))
    assert set(found) == tickets | {None} and len(found) == 4


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_is_changing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where all that were looked at first are taken at this moment."""
    monkeypatch.setattr(pulling, "AT_ONCE", 2)
    ana = at_work("ana")
    queue = staffed("Billing", ana, mode="pull")
    tickets = [waits(n, at(n), queue=queue) for n in range(3)]
    with transaction.atomic():
        list(Ticket.objects.select_for_update().filter(pk__in=[one.pk for one in tickets[:2]]))
        (found,) = at_once(lambda: take_next(by=ana, now=NOW).pk)
    assert found == tickets[2].pk
