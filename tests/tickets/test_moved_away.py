"""A ticket that a rule or the clock moves where its owner may not work is given back (docs/rules.md, "Queues staffed by
teams")."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_address, make_agent, make_policy, make_queue, make_rule, make_supervisor, staff
from tests.tickets.floor import at_work, staffed
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, says, take_in, writes
from tickets.choices import Metric, Status
from tickets.intake import receive
from tickets.lifecycle import change_status
from tickets.models import Activity, Address, EscalationStep, Ticket
from tickets.promises.escalating import escalate
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db
ANGRY = {"field": "text", "is": "has_any", "value": ["lawyer"]}


@pytest.fixture
def rescue() -> User:
    """After 90 minutes a ticket goes to Rescue, which is Carol's alone."""
    carol = make_agent("carol")
    staff("Rescue", "Rescuers", carol)
    policy = make_policy(minutes={Metric.FIRST_RESPONSE: 60, Metric.RESOLUTION: 60})
    EscalationStep.objects.create(policy=policy, share=150, queue=make_queue("Rescue"))
    make_address(queue=make_queue("Support"), sla_policy=policy)
    return carol


def whose(ticket: Ticket) -> str | None:
    ticket.refresh_from_db()
    return ticket.assignee.username if ticket.assignee else None


def told(ticket: Ticket) -> list[str]:
    lines = list(Activity.objects.filter(ticket=ticket).order_by("id"))
    names = load_names(lines, user=AnonymousUser())
    return [plain_sentence(line, names) for line in lines]


def test_an_escalation_step_gives_back_what_its_owner_may_not_work_there(rescue: User) -> None:
    take_in(says(minute=0))
    Ticket.objects.update(assignee=make_agent())
    escalate(now=at(500))
    assert whose(only_ticket()) is None
    assert told(only_ticket())[-1] == "Given back to the queue: Alice may not work it any more."


@pytest.mark.parametrize("owner", ["carol", "sam"])
def test_who_may_work_it_there_keeps_it(rescue: User, owner: str) -> None:
    make_supervisor()
    take_in(says(minute=0))
    Ticket.objects.update(assignee=User.objects.get(username=owner))
    escalate(now=at(500))
    assert whose(only_ticket()) == owner
    assert not Activity.objects.filter(verb="ticket.assigned").exists()


def test_a_private_ticket_stays_with_nobody_who_may_not_read_it(rescue: User) -> None:
    take_in(writes(minute=0))
    Ticket.objects.update(assignee=without(rescue, "see_private"))
    escalate(now=at(500))
    assert whose(only_ticket()) is None


def test_what_is_on_hold_goes_back_as_well(rescue: User) -> None:
    take_in(says(minute=0))
    change_status(only_ticket(), Status.ON_HOLD, by=make_supervisor(), now=at(1))
    Ticket.objects.update(assignee=make_agent())
    escalate(now=at(500))
    assert (only_ticket().queue.name, whose(only_ticket())) == ("Rescue", None)


def test_a_queue_that_gives_out_gives_it_to_its_own_people(rescue: User) -> None:
    staffed("Rescue", at_work("carol", seen_at=at(499)))
    take_in(says(minute=0))
    for before in (make_agent(), None):
        Ticket.objects.update(assignee=before, queue=make_queue("Support"))
        Ticket.objects.get().clocks.update(reached=0, next_step_at=at(90))
        escalate(now=at(500))
        assert whose(only_ticket()) == "carol"


def test_a_rule_on_a_later_message_gives_it_back_after_it_moved_it(acme: Address) -> None:
    staff("Legal", "Lawyers", make_agent("carol"))
    make_rule("Threats", ANGRY, queue=make_queue("Legal"), on_later=True)
    (first,) = take_in(says(minute=0))
    Ticket.objects.update(assignee=make_agent())
    take_in(says("I call my lawyer.", minute=1, in_reply_to=first.external_id))
    ticket = only_ticket()
    assert (ticket.queue.name, whose(ticket)) == ("Legal", None)
    assert told(ticket)[-2:] == [
        "Routed to Legal by rule ‘Threats’ (version 1): it says “lawyer”.",
        "Given back to the queue: Alice may not work it any more.",
    ]


def test_a_rule_gives_it_out_as_its_new_queue_does(acme: Address) -> None:
    staffed("Legal", at_work("carol", seen_at=NOW))
    make_rule("Threats", ANGRY, queue=make_queue("Legal"), on_later=True)
    (first,) = receive([says(minute=0)], now=NOW)
    Ticket.objects.update(assignee=make_agent())
    receive([says("I call my lawyer.", minute=1, in_reply_to=first.external_id)], now=NOW)
    assert whose(only_ticket()) == "carol"


def test_a_hundred_go_back_with_as_many_statements_as_one(rescue: User) -> None:
    alice = make_agent()

    def statements(count: int, *, first: int) -> int:
        receive([says(who=str(9000 + first + n), minute=0) for n in range(count)], now=at(0))
        Ticket.objects.filter(queue__name="Support").update(assignee=alice)
        with CaptureQueriesContext(connection) as found:
            escalate(now=at(500))
        assert not Ticket.objects.filter(assignee=alice).exists()
        return len(found)

    one = statements(1, first=0)
    assert statements(100, first=1) == one
