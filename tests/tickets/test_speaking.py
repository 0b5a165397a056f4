"""A queue that takes a message's language for a skill asks for it also of what is moved into it, whoever moves it
(docs/rules.md, "Skills")."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_address, make_policy, make_queue, make_rule, make_supervisor
from tests.tickets.floor import at_work, skill, staffed
from tests.tickets.said import at, only_ticket, says, take_in, writes
from tests.tickets.test_intake_at_scale import person
from tests.tickets.test_macros import make_macro
from tickets.bulk.deeds import prepare
from tickets.lifecycle import move
from tickets.models import Agent, EscalationStep, Queue, Skill, Ticket
from tickets.phrases.macros import run
from tickets.promises.escalating import escalate
from tickets.staffing.needing import set_skills
from tickets.staffing.speaking import need_tongues
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db
ANGRY = {"field": "text", "is": "has_any", "value": ["Anwalt"]}


@pytest.fixture
def german() -> Skill:
    return skill("German", "de")


@pytest.fixture
def bookings(german: Skill) -> Queue:
    """Ana, whose turn is first, has no German; Bob has. What comes in is in Support."""
    queue = staffed("Bookings", at_work("ana"), at_work("bob", "German"), asks_language=True)
    policy = make_policy(minutes={"first_response": 60})
    EscalationStep.objects.create(policy=policy, share=150, queue=queue)
    make_address(queue=make_queue("Support"), sla_policy=policy)
    return queue


def told_of(ticket: Ticket) -> list[str]:
    lines = list(ticket.activities.filter(verb="ticket.skills"))
    names = load_names(lines, user=AnonymousUser())
    return [plain_sentence(line, names) for line in lines]


def by_hand(ticket: Ticket, queue: Queue, by: User) -> None:
    move(ticket, queue, by=by, now=at(2))


def by_bulk(ticket: Ticket, queue: Queue, by: User) -> None:
    prepare("queue", {"queue": queue.pk}, by=by).do(ticket, by, at(2))


def by_macro(ticket: Ticket, queue: Queue, by: User) -> None:
    run(make_macro(queue=queue), ticket, by=by, now=at(2))


def by_clock(ticket: Ticket, queue: Queue, by: User) -> None:
    escalate(now=at(95))


def by_rule(ticket: Ticket, queue: Queue, by: User) -> None:
    make_rule("Threats", ANGRY, queue=queue, on_later=True)
    take_in(says("Ich rufe meinen Anwalt.", minute=2, in_reply_to=ticket.messages.get().external_id), minute=2)


@pytest.mark.parametrize("moves", [by_hand, by_bulk, by_macro, by_clock, by_rule])
def test_whoever_moves_it_there_it_is_given_to_who_speaks_it(
    bookings: Queue, german: Skill, alice: User, moves: Callable[[Ticket, Queue, User], None]
) -> None:
    take_in(says("Wo ist meine Bestellung?", language="de", minute=0), minute=0)
    assert not only_ticket().skills.exists()
    Agent.objects.update(seen_at=at(95))
    moves(only_ticket(), bookings, alice)
    ticket = only_ticket()
    assert (ticket.queue, ticket.skills.get()) == (bookings, german)
    assert ticket.assignee is not None and ticket.assignee.username == "bob"
    assert told_of(ticket) == ["By its language it needs German."]


def test_what_the_channel_does_not_say_is_found_out_from_the_first_message(
    bookings: Queue, german: Skill, alice: User
) -> None:
    take_in(writes("Guten Tag, wo bleibt denn meine Bestellung von letzter Woche?", minute=0), minute=0)
    take_in(writes("Where is my order, please? I wait since last week.", minute=1), minute=1)
    move(only_ticket(), bookings, by=alice, now=at(2))
    assert list(only_ticket().skills.all()) == [german]


def test_nothing_is_asked_for_where_the_queue_does_not_or_nobody_speaks_of_it(bookings: Queue, alice: User) -> None:
    take_in(says("Wo ist meine Bestellung?", language="de"), says("Où est-elle ?", language="fr", who=person(1)))
    german, french = Ticket.objects.order_by("pk")
    move(german, make_queue("Elsewhere"), by=alice, now=at(61))
    move(french, bookings, by=alice, now=at(61))
    assert not Ticket.skills.through.objects.exists()


def test_what_a_person_said_that_it_needs_stays(bookings: Queue, german: Skill, alice: User) -> None:
    take_in(says("Wo ist meine Bestellung?", language="de"))
    for wanted in ([german.pk], []):
        set_skills(only_ticket(), wanted, by=alice, now=at(61))
    move(only_ticket(), bookings, by=alice, now=at(62))
    assert not only_ticket().skills.exists() and len(told_of(only_ticket())) == 2


def test_what_it_needed_before_it_needs_still(bookings: Queue, german: Skill) -> None:
    sam = make_supervisor()
    take_in(says("Wo ist meine Bestellung?", language="de"))
    only_ticket().skills.add(skill("Refunds"))
    for queue in (bookings, make_queue("Elsewhere"), bookings):
        move(only_ticket(), queue, by=sam, now=at(62))
    assert set(only_ticket().skills.values_list("name", flat=True)) == {"German", "Refunds"}
    assert len(told_of(only_ticket())) == 1


def test_a_hundred_take_as_many_statements_as_one(bookings: Queue, german: Skill) -> None:
    def statements(count: int, first: int) -> int:
        take_in(*(says("Wo?", language="de", who=person(first + n)) for n in range(count)))
        Ticket.objects.update(queue=bookings)
        fresh = list(Ticket.objects.filter(skills=None).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as found:
            need_tongues(fresh, now=at(61))
        assert not Ticket.objects.filter(skills=None).exists()
        return len(found)

    assert statements(1, first=0) == statements(100, first=10) <= 8
