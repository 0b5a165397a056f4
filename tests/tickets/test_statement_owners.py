"""A statement to many takes nobody's ticket: what comes back on it is given out as it would be anyhow (docs/rules.md,
"Incidents")."""

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN, make_supervisor
from tests.tickets.floor import at_work, staffed
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, verbs
from tests.tickets.test_giving_out import said_of
from tests.tickets.test_telling import incident, order, part_of, send, work
from tickets import replies
from tickets.approving.deciding import approve
from tickets.choices import Status
from tickets.models import Approval, ApprovalRule, Incident, Ticket

__all__ = ["incident"]

pytestmark = pytest.mark.django_db


def owners(incident: Incident) -> set[User | None]:
    return {one.assignee for one in Ticket.objects.filter(part_of=incident.ticket_id)}


def test_what_nobody_had_is_nobody_s_and_what_somebody_had_stays_theirs(
    incident: Incident, alice: User, bob: User, wire: Wire
) -> None:
    ben = part_of(incident)
    Ticket.objects.filter(pk=ben.pk).update(assignee=bob)
    order(incident, alice)
    work()
    assert owners(incident) == {None, bob}
    send()
    assert len(wire.texts) == 2 and owners(incident) == {None, bob}
    assert "ticket.assigned" not in verbs(Ticket.objects.filter(part_of=incident.ticket_id).latest("pk"))
    carl = Ticket.objects.filter(part_of=incident.ticket_id).latest("pk")
    replies.reply(carl, text="By hand", private=False, by=alice, now=at(21))
    assert owners(incident) == {alice, bob}  # who answers one by one has it, as ever


def test_let_go_by_somebody_else_it_is_nobody_s_either(incident: Incident, alice: User, wire: Wire) -> None:
    ApprovalRule.objects.create(name="All")
    order(incident, alice)
    work()
    assert owners(incident) == {None}
    sam = make_supervisor()
    for waiting in Approval.objects.all():
        approve(waiting, by=sam, now=at(11))
    send()
    assert len(wire.texts) == 2 and owners(incident) == {None}


def test_who_writes_back_is_given_to_whom_the_queue_gives_them(incident: Incident, alice: User, wire: Wire) -> None:
    ben = part_of(incident)
    order(incident, alice)
    work()
    send()
    carol = at_work("carol", seen_at=at(30))
    Ticket.objects.filter(pk=ben.pk).update(queue=staffed("Billing", carol))
    sent = ben.messages.get(direction="out")
    take_in(says("No, it is not", who=BEN, minute=30, in_reply_to=sent.external_id), minute=30)
    ben.refresh_from_db()
    assert (ben.status, ben.assignee) == (Status.OPEN, carol)
    assert said_of(ben) == ["Given to Carol: in turns, in Billing."]
