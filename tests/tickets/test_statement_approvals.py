"""A statement to many whose answers somebody else has to let go (docs/rules.md, "Incidents")."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at
from tests.tickets.test_telling import incident, leave, order, part_of, row_of, send, work
from tickets import replies
from tickets.approving.deciding import approve
from tickets.approving.kept import approvals_on, words_given_back
from tickets.choices import ApprovalState, PartState
from tickets.errors import CannotSend
from tickets.incidents import grouping
from tickets.incidents.stating import preview, retry
from tickets.models import Approval, ApprovalRule, Incident, Message, Statement, Tag, Ticket

__all__ = ["incident"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(db: None) -> ApprovalRule:
    return ApprovalRule.objects.create(name="Novice words", words="mended")


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def told(incident: Incident, alice: User, rule: ApprovalRule) -> Statement:
    made = order(incident, alice)
    work()
    return made


def asked(ticket: Ticket) -> Approval:
    return Approval.objects.get(message__ticket=ticket)


def test_the_look_says_what_waits_for_approval_and_by_which_rule(
    incident: Incident, alice: User, rule: ApprovalRule, wire: Wire
) -> None:
    urgent = Tag.objects.create(name="urgent")
    ApprovalRule.objects.create(name="Urgent ones").tags.add(urgent)
    part_of(incident).tags.add(urgent)
    found = preview(incident, public="{handle}: soon.", private="", by=alice, now=at(9))
    assert [one.rule for one in found.told] == ["Urgent ones", ""] and len(found.going) == 1
    found = preview(incident, public="{handle}: mended.", private="", by=alice, now=at(9))
    assert [(one.rule, one.word) for one in found.told] == [("Novice words", "mended")] * 2 and not found.going


def test_what_its_writer_takes_back_says_so_and_is_tried_again(
    told: Statement, incident: Incident, alice: User, rule: ApprovalRule, wire: Wire
) -> None:
    ben = part_of(incident)
    replies.undo(Message.objects.get(ticket=ben, direction="out"), by=alice, now=at(11))
    assert row_of(told, ben) == (PartState.REFUSED, "Alice took this back before it was sent.")
    rule.delete()
    assert retry(told, by=alice) == 1
    work(12)
    send()
    assert len(wire.texts) == 1 and row_of(told, ben) == (PartState.QUEUED, "")


def test_a_row_of_before_whose_answer_is_gone_is_tried_again(incident: Incident, alice: User, wire: Wire) -> None:
    made = order(incident, alice)
    work()
    Message.objects.filter(direction="out", ticket=part_of(incident)).delete()
    assert retry(made, by=alice) == 1


def test_whoever_lets_it_go_is_told_that_it_is_not_told_any_more(
    told: Statement, incident: Incident, alice: User, sam: User, wire: Wire
) -> None:
    ben = part_of(incident)
    leave(incident, ben, alice)
    with pytest.raises(CannotSend, match="does not go out: it was taken out of the incident"):
        approve(asked(ben), by=sam, now=at(12))
    other = Ticket.objects.get(part_of=incident.ticket_id)
    grouping.unmake(incident, by=alice, now=at(12))
    with pytest.raises(CannotSend, match="does not go out"):
        approve(asked(other), by=sam, now=at(12))
    send()
    assert wire.texts == [] and set(Approval.objects.values_list("state", flat=True)) == {ApprovalState.WAITING}


def test_who_let_it_go_and_its_words_stay_where_it_is_not_told_after_all(
    told: Statement, incident: Incident, alice: User, sam: User, wire: Wire
) -> None:
    ben = part_of(incident)
    approval = asked(ben)
    approve(approval, by=sam, now=at(11), text="@ben_demo: it is mended, at last.")
    leave(incident, ben, alice)
    send()
    approval.refresh_from_db()
    assert wire.texts == [] and (approval.decided_by, approval.message) == (sam, None)
    assert words_given_back([approval.pk], ticket=ben, by=sam) == {approval.pk: "@ben_demo: it is mended, at last."}
    assert approval.written == "@ben_demo: it is mended."
    assert list(approvals_on(ben, by=sam)) == [approval]


def test_who_let_it_go_and_its_words_stay_where_its_writer_takes_it_back(
    told: Statement, incident: Incident, alice: User, sam: User, wire: Wire
) -> None:
    ben = part_of(incident)
    approval = asked(ben)
    approve(approval, by=sam, now=at(11))
    replies.undo(Message.objects.get(ticket=ben, direction="out"), by=alice, now=at(11))
    approval.refresh_from_db()
    assert (approval.state, approval.let_go) == (ApprovalState.APPROVED, "@ben_demo: it is mended.")
    assert list(approvals_on(ben, by=alice)) == [approval]
    waiting = Approval.objects.get(state=ApprovalState.WAITING)
    assert waiting.message is not None
    replies.undo(waiting.message, by=alice, now=at(11))
    assert not Approval.objects.filter(pk=waiting.pk).exists()
