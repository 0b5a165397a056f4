"""docs/rules.md, "Assignment: who gets it?", on real tickets: when they open or come back, when somebody has room."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.at_once import at_once
from tests.factories import (
    NOW,
    make_address,
    make_answer,
    make_customer,
    make_message,
    make_policy,
    make_queue,
    make_rule,
    make_ticket,
)
from tests.tickets.floor import at_work, skill, staffed
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in
from tests.tickets.test_intake_at_scale import mixed, person
from tickets.assignment import assign
from tickets.lifecycle import change_status, move
from tickets.models import Activity, Agent, DeskLimit, LastTurn, Queue, Ticket
from tickets.staffing.giving import give_out, give_out_waiting
from tickets.staffing.returning import release_work
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:
    return at_work("ana")


@pytest.fixture
def bob(db: None) -> User:
    return at_work("bob")


@pytest.fixture
def billing(ana: User, bob: User) -> Queue:
    """Staffed by Ana and Bob, who have turns; Acme's tickets go there."""
    queue = staffed("Billing", ana, bob)
    make_address(queue=queue, sla_policy=make_policy())
    return queue


def opened(text: str = "Where is my order?", **fields: Any) -> Ticket:
    (told,) = take_in(says(text, **fields), minute=fields.get("minute", 0))
    return Ticket.objects.get(messages__external_id=told.external_id)


def said_of(ticket: Ticket, verb: str = "ticket.assigned") -> list[str]:
    lines = list(Activity.objects.filter(ticket=ticket, verb=verb))
    return [plain_sentence(line, load_names(lines, user=AnonymousUser())) for line in lines]


# At opening


def test_new_tickets_are_given_out_in_turns_and_the_history_says_why(billing: Queue, ana: User, bob: User) -> None:
    tickets = [opened(f"Help {n}", who=person(n), minute=n / 60) for n in range(3)]
    assert [ticket.assignee for ticket in tickets] == [ana, bob, ana]
    assert said_of(tickets[0]) == ["Given to Ana: in turns, in Billing."]


def test_a_queue_by_hand_gives_out_nothing(billing: Queue) -> None:
    Queue.objects.update(assignment="by_hand")
    ticket = opened()
    assert (ticket.assignee, said_of(ticket, "ticket.waits")) == (None, [])


def test_who_is_away_or_not_there_is_passed_and_told(billing: Queue, ana: User, bob: User) -> None:
    Agent.objects.filter(person=ana).update(away=True)
    assert said_of(opened()) == ["Given to Bob: in turns, in Billing; Ana is away."]
    Agent.objects.filter(person=ana).update(away=False, seen_at=NOW - timedelta(minutes=6))
    assert said_of(opened(minute=1)) == ["Given to Bob: in turns, in Billing; Ana is not there."]


def test_where_nobody_can_it_waits_and_the_history_says_why(billing: Queue) -> None:
    Agent.objects.update(away=True)
    ticket = opened()
    assert ticket.assignee is None
    told = "Waits for somebody: everybody in Billing who could take it is away."
    assert said_of(ticket, "ticket.waits") == [told]


def test_why_it_waits_is_said_once_until_something_changed(billing: Queue, ana: User) -> None:
    Agent.objects.update(away=True)
    ticket = opened()
    first = ticket.messages.get().external_id
    for minute in (1, 2):
        take_in(says("Hello?", in_reply_to=first, minute=minute), minute=minute)
        give_out([ticket.pk], now=at(minute))
    assert len(said_of(ticket, "ticket.waits")) == 1
    Agent.objects.update(away=False, seen_at=NOW - timedelta(hours=1))
    give_out([ticket.pk], now=at(3))
    move(ticket, make_queue("Elsewhere"), by=ana, now=at(4))
    move(ticket, billing, by=ana, now=at(5))
    gone = "Waits for somebody: nobody in Billing who could take it is there."
    assert said_of(ticket, "ticket.waits")[1:] == [gone, gone]


def test_private_tickets_go_to_who_may_read_them(billing: Queue, ana: User, bob: User) -> None:
    without(ana, "see_private")
    take_in(says(kind="direct", private=True), minute=0)
    ticket = Ticket.objects.get()
    assert (ticket.assignee, said_of(ticket)) == (
        bob,
        ["Given to Bob: in turns, in Billing; Ana may not read private messages."],
    )


def test_who_may_not_work_or_is_not_of_the_team_gets_nothing(billing: Queue, ana: User) -> None:
    at_work("cleo")
    Agent.objects.filter(person__username="bob").update(capacity=1)
    without(ana, "work_ticket")
    assert [opened(who=person(n), minute=n).assignee_id for n in range(2)] == [
        User.objects.get(username="bob").pk,
        None,
    ]


def test_a_queue_without_a_team_is_everybodys(ana: User) -> None:
    make_address(queue=staffed("Open"))
    assert opened().assignee == ana


def test_the_number_of_statements_does_not_grow_with_the_batch(billing: Queue) -> None:
    Queue.objects.update(no_limit=True)
    counts = []
    for size, first in ((10, 0), (200, 100)):
        with CaptureQueriesContext(connection) as told:
            take_in(*mixed(size, first=first), minute=0)
        counts.append(len(told))
    assert counts[0] == counts[1]
    assert not Ticket.objects.filter(assignee=None, status__in=("new", "open")).exists()


def test_everything_is_as_it_was_where_a_rule_chose_somebody(billing: Queue, ana: User, bob: User) -> None:
    make_rule("To Bob", assignee=bob)
    ticket = opened()
    assert (ticket.assignee, said_of(ticket)) == (bob, [])


# Capacity


def test_nobody_is_given_more_than_they_take(billing: Queue, ana: User, bob: User) -> None:
    Agent.objects.filter(person=ana).update(capacity=1)
    Agent.objects.filter(person=bob).update(capacity=2)
    tickets = [opened(who=person(n), minute=n / 60) for n in range(4)]
    assert [ticket.assignee for ticket in tickets] == [ana, bob, bob, None]
    told = "Waits for somebody: everybody in Billing who could take it has reached their limit."
    assert said_of(tickets[3], "ticket.waits") == [told]


def test_who_is_alone_in_the_morning_is_given_no_more_than_the_desk_says(billing: Queue, ana: User) -> None:
    Agent.objects.exclude(person=ana).update(away=True)
    waiting = [make_ticket(make_customer(person(n)), queue=billing, next_due_at=at(90 - n)) for n in range(25)]
    assert give_out_waiting(now=at(1)) == 20
    assert [one.pk for one in waiting[:5]] == list(Ticket.objects.filter(assignee=None).values_list("pk", flat=True))
    DeskLimit.objects.update(capacity=22)
    assert give_out_waiting(now=at(2)) == 2
    DeskLimit.objects.update(capacity=None)
    assert give_out_waiting(now=at(3)) == 3


def test_a_persons_word_wins_over_the_queues_and_that_over_the_desks(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(capacity=2)
    Agent.objects.filter(person=bob).update(capacity=1)
    for n in range(9):
        make_ticket(make_customer(person(n)), queue=billing)
    assert give_out_waiting(now=at(1)) == 3
    assert [one.tickets.count() for one in (ana, bob)] == [2, 1]
    Agent.objects.filter(person=ana).update(no_limit=True)
    assert give_out_waiting(now=at(2)) == 6
    assert [one.tickets.count() for one in (ana, bob)] == [8, 1]


def test_what_waits_for_the_customer_is_not_in_hand(billing: Queue, ana: User) -> None:
    Agent.objects.exclude(person=ana).update(away=True)
    Agent.objects.filter(person=ana).update(capacity=1)
    make_ticket(make_customer(person(50)), assignee=ana, status="pending", queue=billing)
    assert opened().assignee == ana
    assert opened(minute=1).assignee is None


def test_by_load_the_smallest_share_in_hand_is_next(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(assignment="least_loaded")
    Agent.objects.update(capacity=5)
    make_ticket(make_customer(person(50)), assignee=ana)
    ticket = opened()
    assert said_of(ticket) == ["Given to Bob: has the smallest share in hand, in Billing."]


def test_room_is_filled_by_what_is_due_first(billing: Queue, ana: User, bob: User) -> None:
    Agent.objects.filter(person=bob).update(away=True)
    Agent.objects.filter(person=ana).update(capacity=1)
    held = opened()
    quiet = make_ticket(make_customer(person(1)), queue=billing)
    late = make_ticket(make_customer(person(2)), queue=billing, next_due_at=at(30))
    soon = make_ticket(make_customer(person(3)), queue=billing, next_due_at=at(20))
    assert give_out_waiting(now=at(1)) == 0
    for ticket, following in ((held, soon), (soon, late), (late, quiet)):
        change_status(ticket, "resolved", by=ana, now=at(2))
        assert give_out_waiting(now=at(3)) == 1
        assert Ticket.objects.get(pk=following.pk).assignee == ana


def test_who_comes_back_gets_what_waits(billing: Queue, ana: User) -> None:
    Agent.objects.update(away=True)
    ticket = opened()
    assert give_out_waiting(now=at(1)) == 0
    Agent.objects.filter(person=ana).update(away=False)
    assert give_out_waiting(now=at(1)) == 1
    assert said_of(ticket) == ["Given to Ana: in turns, in Billing."]
    assert len(said_of(ticket, "ticket.waits")) == 1


# By skill


def test_skills_come_from_rules_and_all_of_them_are_asked_for(billing: Queue, ana: User, bob: User) -> None:
    at_work("ana", "Refunds")
    at_work("bob", "Refunds", "VIPs")
    refund = {"field": "text", "is": "has_any", "value": ["refund"]}
    make_rule("Refunds", refund, skills=[skill("Refunds").pk, skill("VIPs").pk])
    ticket = opened("A refund, please")
    assert set(ticket.skills.values_list("name", flat=True)) == {"Refunds", "VIPs"} and ticket.assignee == bob
    assert said_of(ticket) == ["Given to Bob: in turns, in Billing; Ana lacks a skill it needs."]
    ruled = "In need of Refunds, VIPs by rule ‘Refunds’ (version 1): it says “refund”."
    assert said_of(ticket, "ticket.ruled") == [ruled]


def test_where_nobody_has_the_skill_it_says_which(billing: Queue) -> None:
    make_rule("Press", skills=[skill("Press").pk])
    ticket = opened()
    told = "Waits for somebody: nobody in Billing knows all it needs (Press)."
    assert (ticket.assignee, said_of(ticket, "ticket.waits")) == (None, [told])


def test_a_skill_that_was_deleted_asks_for_nothing(billing: Queue, ana: User) -> None:
    make_rule("Press", skills=[skill("Press").pk])
    skill("Press").delete()
    assert opened().assignee == ana


def test_the_language_is_a_skill_where_the_queue_says_so(billing: Queue, bob: User) -> None:
    german = skill("German", "de")
    at_work("bob", "German")
    assert opened("Wo ist meine Bestellung?", language="de").skills.count() == 0
    Queue.objects.update(asks_language=True)
    ticket = opened("Wo ist meine Bestellung?", language="de", minute=1)
    assert (ticket.skills.get(), ticket.assignee) == (german, bob)
    routed = said_of(ticket, "ticket.routed")[0]
    assert routed.endswith("By its language it needs German.")
    assert opened("Where is my order?", language="en", minute=2).skills.count() == 0


# Whom the customer knows


def test_who_answered_the_customer_last_gets_the_next_ticket(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(sticky=True)
    before = make_ticket(status="closed", queue=make_queue("Elsewhere"), opened_at=at(-60))
    make_answer(before, agent=bob)
    ticket = opened()
    assert said_of(ticket) == ["Given to Bob: answered this customer last."]


def test_whom_the_customer_knew_long_ago_or_who_is_away_does_not(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(sticky=True)
    make_answer(make_ticket(status="closed", opened_at=NOW - timedelta(days=15)), agent=bob)
    assert opened().assignee == ana
    make_answer(make_ticket(status="closed", opened_at=at(-60)), agent=bob)
    Agent.objects.filter(person=bob).update(away=True)
    assert said_of(opened(minute=1)) == ["Given to Ana: in turns, in Billing; Bob is away."]


def test_an_answer_that_was_not_sent_makes_nobody_known(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(sticky=True)
    make_answer(make_ticket(status="closed", opened_at=at(-60)), agent=bob, state="failed")
    assert opened().assignee == ana


# When it comes back, moves, or is given back


def test_what_comes_back_while_who_has_it_is_away_goes_to_somebody_who_is_there(
    billing: Queue, ana: User, bob: User
) -> None:
    ticket = opened()
    assert ticket.assignee == ana
    change_status(ticket, "resolved", by=ana, now=at(1))
    Agent.objects.filter(person=ana).update(away=True)
    take_in(says("Still nothing", in_reply_to=ticket.messages.get().external_id, minute=2), minute=2)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", bob)
    assert said_of(ticket)[-1] == "Given to Bob, as Ana is not there: in turns, in Billing."


def test_what_comes_back_stays_with_who_has_it_where_nobody_else_can(billing: Queue, ana: User) -> None:
    ticket = opened()
    change_status(ticket, "resolved", by=ana, now=at(1))
    Agent.objects.update(away=True)
    change_status(ticket, "open", by=ana, now=at(2))
    ticket.refresh_from_db()
    assert (ticket.assignee, said_of(ticket, "ticket.waits")) == (ana, [])


def test_what_is_moved_into_a_queue_is_given_out_there(billing: Queue, ana: User, alice: User) -> None:
    ticket = make_ticket(queue=make_queue("Support"))
    assert move(ticket, billing, by=alice, now=at(1)).assignee == ana


def test_what_somebody_gave_back_goes_to_somebody_else(billing: Queue, ana: User, bob: User) -> None:
    Agent.objects.filter(person=bob).update(away=True)
    ticket = opened()
    assign(ticket, to=None, by=ana, now=at(1))
    assert give_out_waiting(now=at(2)) == 0
    Agent.objects.filter(person=bob).update(away=False)
    assert give_out_waiting(now=at(3)) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == bob


def test_what_another_one_gave_back_is_not_theirs_again_for_some_hours(billing: Queue, ana: User, alice: User) -> None:
    Agent.objects.filter(person__username="bob").update(away=True)
    ticket = opened()
    release_work([ana.pk], by=alice, now=at(1))
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    Agent.objects.filter(person__username="bob").delete()
    assert give_out([ticket.pk], now=at(2)) == []
    told = "Waits for somebody: in Billing only whom it was taken from could take it."
    assert said_of(ticket, "ticket.waits")[1:] == [told]
    Agent.objects.update(seen_at=at(1 + 8 * 60))
    assert give_out_waiting(now=at(8 * 60)) == 0
    assert give_out_waiting(now=at(1 + 8 * 60)) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == ana


# Nothing left to answer


def test_what_was_deleted_on_the_channel_comes_last(billing: Queue, ana: User) -> None:
    Agent.objects.exclude(person=ana).update(away=True)
    Agent.objects.filter(person=ana).update(capacity=1)
    gone, other = (make_ticket(make_customer(person(n)), queue=billing, next_due_at=at(n)) for n in (1, 2))
    make_message(gone, "", external_id="1", deleted_at=NOW)
    make_message(other, "", external_id="2", deleted_at=NOW)
    make_message(other, "Where is it?", external_id="3")
    Ticket.objects.update(last_text="")
    for ticket in (other, gone):
        assert give_out_waiting(now=at(1)) == 1
        assert Ticket.objects.get(pk=ticket.pk).assignee == ana
        Ticket.objects.filter(pk=ticket.pk).update(status="pending")


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_turns_and_keep_to_what_people_take() -> None:
    people = [at_work(name, capacity=5) for name in ("ana", "bob", "cleo")]
    queues = [staffed("Billing", *people), staffed("Refunds", *people[:2])]
    tickets = [make_ticket(make_customer(person(n)), queue=queues[n % 2]).pk for n in range(24)]
    at_once(
        lambda: [give_out([pk], now=NOW) for pk in tickets[:12]],
        lambda: [give_out([pk], now=NOW) for pk in tickets[12:]],
        lambda: give_out_waiting(now=NOW),
    )
    found = [Ticket.objects.filter(assignee=one).count() for one in people]
    assert found == [5, 5, 5]
    numbers = list(LastTurn.objects.filter(queue=queues[0]).values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)


@pytest.mark.django_db(transaction=True)
def test_turns_are_fair_when_many_give_out_at_once() -> None:
    people = [at_work(name) for name in ("ana", "bob", "cleo")]
    queue = staffed("Billing", *people)
    tickets = [make_ticket(make_customer(person(n)), queue=queue).pk for n in range(12)]
    at_once(*(lambda part=part: [give_out([pk], now=NOW) for pk in tickets[part::3]] for part in range(3)))
    assert [Ticket.objects.filter(assignee=one).count() for one in people] == [4, 4, 4]
    assert Activity.objects.filter(verb="ticket.assigned").count() == 12
