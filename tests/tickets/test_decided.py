"""What stands while an answer waits for approval, and who is told what became of it."""

import pytest
from django.contrib.auth.models import Permission as Permit
from django.contrib.auth.models import User

from tests.factories import make_agent, make_supervisor, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tickets import replies
from tickets.approving.deciding import approve, decided, send_back
from tickets.errors import CannotChange
from tickets.lifecycle import change_status
from tickets.models import Address, Approval, ApprovalRule, Message, Ticket


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    ApprovalRule.objects.create(name="New agents")
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def answer(ticket: Ticket, by: User) -> Message:
    return replies.reply(ticket, text="On its way.", private=ticket.private, by=by, now=at(1))


def asked(message: Message) -> Approval:
    return Approval.objects.get(message=message)


@pytest.mark.django_db
def test_what_was_decided_is_told_only_where_one_may_decide(ticket: Ticket, alice: User, sam: User) -> None:
    nora = make_agent("nora")
    nora.user_permissions.add(Permit.objects.get(codename="approve_reply"))
    nora = User.objects.get(pk=nora.pk)
    open_to_all = asked(answer(ticket, alice))
    approve(open_to_all, by=sam, now=at(2))
    assert [*decided(nora)] == [open_to_all]
    staff(ticket.queue.name, "Flights")
    assert not decided(User.objects.get(pk=nora.pk)).exists() and decided(sam).exists()


@pytest.mark.django_db
def test_what_went_back_is_told_to_who_sees_every_ticket(ticket: Ticket, alice: User, sam: User) -> None:
    nora = make_agent("nora")
    nora.user_permissions.add(Permit.objects.get(codename="approve_reply"))
    send_back(asked(answer(ticket, alice)), by=sam, now=at(2), reason="Not so.")
    assert decided(sam).exists() and decided(User.objects.get(pk=nora.pk)).exists()
    staff(ticket.queue.name, "Flights")
    assert decided(sam).exists() and not decided(User.objects.get(pk=nora.pk)).exists()


@pytest.mark.django_db
def test_a_ticket_is_not_resolved_while_an_answer_on_it_waits(ticket: Ticket, alice: User, sam: User) -> None:
    approval = asked(answer(ticket, alice))
    for status in ("resolved", "closed"):
        with pytest.raises(CannotChange, match="waits for approval"):
            change_status(ticket, status, by=alice, now=at(2))
    send_back(approval, by=sam, now=at(3), reason="Not so.")
    assert change_status(ticket, "resolved", by=alice, now=at(4)).status == "resolved"
