"""Who answers for a ticket: of two who take it at once one wins, and the other is told who."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_agent, make_outsider, make_ticket
from tests.tickets.said import at
from tickets.assignment import assign, take
from tickets.errors import CannotChange, NotAllowed
from tickets.models import Activity, Ticket

pytestmark = pytest.mark.django_db


def test_taking_a_ticket_makes_it_mine(alice: User) -> None:
    ticket = take(make_ticket(), by=alice, now=at(1))
    assert Ticket.objects.get().assignee == alice
    line = ticket.activities.get(verb="ticket.assigned")
    assert (line.actor, line.at, line.data) == (alice, at(1), {"to": alice.pk, "from": None})


def test_taking_it_twice_is_taking_it_once(alice: User) -> None:
    ticket = make_ticket()
    take(ticket, by=alice, now=at(1))
    take(ticket, by=alice, now=at(2))
    assert Activity.objects.count() == 1


def test_what_somebody_has_cannot_be_taken(alice: User, bob: User) -> None:
    ticket = make_ticket(assignee=alice)
    with pytest.raises(CannotChange, match=r"^Alice has taken it already\.$"):
        take(ticket, by=bob, now=at(1))
    assert Ticket.objects.get().assignee == alice


def test_it_can_be_given_to_a_colleague_and_back_to_everybody(alice: User, bob: User) -> None:
    ticket = make_ticket(assignee=alice)
    assert assign(ticket, to=bob, by=alice, now=at(1)).assignee == bob
    assert assign(ticket, to=None, by=bob, now=at(2)).assignee is None
    assert Activity.objects.count() == 2


def test_nobody_is_given_what_they_may_not_work_or_read(alice: User) -> None:
    charlie = make_outsider()
    with pytest.raises(CannotChange, match="Charlie does not work tickets"):
        assign(make_ticket(), to=charlie, by=alice, now=at(1))
    grant(charlie, "work_ticket")
    with pytest.raises(CannotChange, match="Charlie may not read private messages"):
        assign(make_ticket(private=True), to=User.objects.get(pk=charlie.pk), by=alice, now=at(1))


def test_an_outsider_takes_and_gives_nothing(alice: User) -> None:
    charlie, ticket = make_outsider(), make_ticket()
    with pytest.raises(NotAllowed):
        take(ticket, by=charlie, now=at(1))
    with pytest.raises(NotAllowed):
        assign(ticket, to=alice, by=charlie, now=at(1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_of_two_who_take_it_at_once_one_wins_and_the_other_is_told(round_: int) -> None:
    people, ticket, start = [make_agent("alice"), make_agent("bob")], make_ticket(), Barrier(2)

    def take_it(person: User) -> str:
        try:
            start.wait()
            return str(take(ticket, by=person, now=at(1)).assignee)
        except CannotChange as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as desks:
        told = list(desks.map(take_it, people))
    winner = Ticket.objects.get().assignee
    assert winner in people and sorted(told) == sorted([str(winner), f"{winner.first_name} has taken it already."])
    assert Activity.objects.count() == 1


def grant(user: User, *codes: str) -> None:
    from_agents = [p for p in make_agent("donor").groups.get().permissions.all() if p.codename in codes]
    user.user_permissions.add(*from_agents)
