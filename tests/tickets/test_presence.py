"""docs/rules.md, "Who is there" and "What goes back": presence, and what becomes of the work of who leaves."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_agent, make_customer, make_supervisor, make_ticket
from tests.tickets.floor import at_work, staffed
from tests.tickets.rights import without
from tests.tickets.said import at
from tests.tickets.test_giving_out import said_of
from tests.tickets.test_intake_at_scale import person
from tickets.assignment import assign, take
from tickets.errors import NotAllowed
from tickets.models import Agent, Membership, Notice, Queue, Team, Ticket
from tickets.notices.words import sentence
from tickets.staffing.giving import give_out_waiting
from tickets.staffing.presence import come_back, forget_who_was_heard, go_away, note_seen, release, undo_release
from tickets.staffing.returning import give_back_and_out, return_lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:
    return at_work("ana")


@pytest.fixture
def bob(db: None) -> User:
    return at_work("bob")


@pytest.fixture
def billing(ana: User, bob: User) -> Queue:
    return staffed("Billing", ana, bob)


def held(who: User, number: int = 1, **facts: object) -> Ticket:
    return make_ticket(make_customer(person(number)), assignee=who, **facts)


def holder(ticket: Ticket) -> User | None:
    return Ticket.objects.get(pk=ticket.pk).assignee


# Who is there


def test_who_is_heard_of_is_written_once_a_minute_and_never_by_request(ana: User) -> None:
    forget_who_was_heard()
    Agent.objects.update(seen_at=None)
    note_seen(ana, now=NOW)
    with CaptureQueriesContext(connection) as told:
        note_seen(ana, now=at(0.5))
    assert len(told) == 0 and Agent.objects.get().seen_at == NOW
    forget_who_was_heard()  # another process
    note_seen(ana, now=at(0.5))
    assert Agent.objects.get().seen_at == NOW
    forget_who_was_heard()
    note_seen(ana, now=at(1))
    assert Agent.objects.get().seen_at == at(1)


def test_who_was_never_known_is_from_the_first_page_on(db: None) -> None:
    cleo = make_agent("cleo")
    note_seen(cleo, now=NOW)
    agent = Agent.objects.get(person=cleo)
    assert (agent.seen_at, agent.away, agent.capacity) == (NOW, False, None)


def test_away_one_keeps_the_tickets_or_gives_back_what_nobody_answered(billing: Queue, ana: User, bob: User) -> None:
    asked = held(ana, 1, queue=billing)
    answered = held(ana, 2, queue=billing, status="pending", last_by_us=True)
    go_away(ana, by=ana, now=at(1), give_back=False)
    assert (holder(asked), Agent.objects.get(person=ana).away_since) == (ana, at(1))
    come_back(ana, by=ana, now=at(2))
    assert go_away(ana, by=ana, now=at(3), give_back=True) == 1
    assert (holder(asked), holder(answered)) == (bob, ana)
    told = ["Given back to the queue: Ana is away.", "Given to Bob: in turns, in Billing; Ana is away."]
    assert said_of(asked) == told


def test_only_who_looks_after_somebody_says_it_for_them(ana: User, bob: User) -> None:
    with pytest.raises(NotAllowed):
        go_away(ana, by=bob, now=NOW, give_back=True)
    team = Team.objects.create(name="Night")
    Membership.objects.create(team=team, person=ana)
    Membership.objects.create(team=team, person=bob, lead=True)
    go_away(ana, by=bob, now=NOW, give_back=False)
    with pytest.raises(NotAllowed):
        come_back(bob, by=ana, now=NOW)
    sam = make_agent("sam")
    sam.user_permissions.add(Permission.objects.get(codename="every_queue"))
    come_back(ana, by=User.objects.get(pk=sam.pk), now=NOW)
    assert not Agent.objects.get(person=ana).away


# What goes back


@pytest.mark.parametrize(
    ("leave", "why"),
    [
        (lambda ana: User.objects.filter(pk=ana.pk).update(is_active=False), "Ana does not work here any more"),
        (lambda ana: Membership.objects.filter(person=ana).delete(), "Ana may not work it any more"),
        (lambda ana: without(ana, "work_ticket"), "Ana may not work it any more"),
        (
            lambda ana: Agent.objects.filter(person=ana).update(away=True, away_since=NOW - timedelta(hours=25)),
            "Ana has been away for long",
        ),
    ],
    ids=["deactivated", "left the team", "lost the right", "away for long"],
)
def test_the_work_of_who_is_gone_goes_back_and_is_given_out(
    billing: Queue, ana: User, bob: User, leave: object, why: str
) -> None:
    ticket, waiting = held(ana, 1, queue=billing), held(ana, 2, queue=billing, status="on_hold")
    give_back_and_out(now=NOW)
    assert holder(ticket) == ana
    leave(ana)  # type: ignore[operator]
    give_back_and_out(now=NOW)
    assert (holder(ticket), holder(waiting)) == (bob, ana)
    assert said_of(ticket)[0] == f"Given back to the queue: {why}."


def test_a_private_ticket_goes_back_from_who_may_not_read_it_any_more(billing: Queue, ana: User) -> None:
    private, public = held(ana, 1, private=True), held(ana, 2)
    without(ana, "see_private")
    assert return_lost(now=NOW) == 1
    assert (holder(private), holder(public)) == (None, ana)


def test_who_is_away_for_a_while_or_only_not_there_keeps_everything(billing: Queue, ana: User, bob: User) -> None:
    first, second = held(ana, 1, queue=billing), held(bob, 2, queue=billing)
    Agent.objects.filter(person=ana).update(away=True, away_since=NOW - timedelta(hours=23))
    Agent.objects.filter(person=bob).update(seen_at=NOW - timedelta(days=3))
    assert return_lost(now=NOW) == 0
    assert (holder(first), holder(second)) == (ana, bob)


def test_what_is_put_aside_stays_until_it_wakes(billing: Queue, ana: User) -> None:
    ticket = held(ana, 1, queue=billing, snoozed_at=NOW)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert return_lost(now=NOW) == 0
    Ticket.objects.update(snoozed_at=None)
    assert return_lost(now=NOW) == 1 and holder(ticket) != ana


def test_the_number_of_statements_does_not_grow_with_the_work(billing: Queue, ana: User) -> None:
    held(at_work("bob"), 99, queue=billing)
    counts = []
    for size, first in ((2, 0), (40, 100)):
        for number in range(size):
            held(ana, first + number, queue=billing)
        User.objects.filter(pk=ana.pk).update(is_active=False)
        with CaptureQueriesContext(connection) as told:
            assert return_lost(now=NOW) == size
        counts.append(len(told))
        User.objects.filter(pk=ana.pk).update(is_active=True)
    assert counts[0] == counts[1]


def test_whose_work_another_one_gives_back_is_told_who_did_it(billing: Queue, ana: User, bob: User) -> None:
    ticket = held(ana, 1, queue=billing)
    held(ana, 2, queue=billing)
    sam = make_supervisor()
    assert release(ana, by=sam, now=at(1)) == 2
    notice = Notice.objects.get(person=ana)
    assert (notice.event, sentence(notice)) == ("returned", "Sam gave 2 of your tickets back to their queues.")
    assert said_of(ticket) == [
        "Sam gave back what Ana had in hand, this ticket with it.",
        "Given to Bob: in turns, in Billing; it was taken from Ana.",
    ]
    go_away(bob, by=bob, now=at(2), give_back=True)
    assert not Notice.objects.filter(person=bob).exists()
    go_away(ana, by=sam, now=at(3), give_back=False)
    assert Notice.objects.filter(person=ana).count() == 1


def test_what_was_taken_and_nobody_has_had_since_is_theirs_again(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(assignment="by_hand")
    tickets = [held(ana, number, queue=billing) for number in range(4)]
    sam = make_supervisor()
    assert release(ana, by=sam, now=at(1)) == 4
    take(tickets[0], by=bob, now=at(2))
    assign(take(tickets[1], by=bob, now=at(2)), to=None, by=bob, now=at(3))
    with pytest.raises(NotAllowed):
        undo_release(ana, by=bob, now=at(3))
    found = undo_release(ana, by=sam, now=at(3))
    assert (len(found.free), found.barred, found.gone) == (2, 0, 2)
    assert [holder(ticket) for ticket in tickets] == [bob, None, ana, ana]
    assert said_of(tickets[3])[-1] == "Sam assigned the ticket to Ana."
    release(ana, by=sam, now=at(4))
    assert not undo_release(ana, by=sam, now=at(5 + 8 * 60)).free


def test_what_is_theirs_again_is_only_what_they_may_work(billing: Queue, ana: User, bob: User) -> None:
    Queue.objects.update(assignment="by_hand")
    public, moved, private = held(ana, 1, queue=billing), held(ana, 2, queue=billing), held(ana, 3, queue=billing)
    sam = make_supervisor()
    release(ana, by=sam, now=at(1))
    Ticket.objects.filter(pk=moved.pk).update(queue=staffed("Refunds", bob, mode="by_hand"))
    Ticket.objects.filter(pk=private.pk).update(private=True)
    without(ana, "see_private")
    found = undo_release(ana, by=sam, now=at(2))
    assert (found.free, found.barred, found.gone) == ([public.pk], 2, 0)
    assert [holder(one) for one in (public, moved, private)] == [ana, None, None]
    assert said_of(moved)[-1] == "Sam gave back what Ana had in hand, this ticket with it."


def test_an_operator_gives_back_somebodys_work(
    billing: Queue, ana: User, bob: User, capsys: pytest.CaptureFixture[str]
) -> None:
    Queue.objects.update(assignment="by_hand")
    ticket = held(ana, queue=billing)
    call_command("release_work", "ana")
    assert capsys.readouterr().out == "1 ticket of ana given back.\n"
    assert (holder(ticket), said_of(ticket)) == (None, ["Given back to the queue: the work of Ana was given back."])
    assert give_out_waiting(now=NOW) == 0
