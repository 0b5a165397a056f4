"""A statement to many whose answers somebody else has to let go (docs/rules.md, "Incidents")."""

from itertools import product

import pytest
from django.contrib.auth.models import User

from tests.factories import make_message, make_queue, make_supervisor, staff
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at
from tests.tickets.test_telling import incident, leave, order, part_of, row_of, send, work
from tickets import replies
from tickets.approving.deciding import approve
from tickets.approving.kept import approvals_on, words_given_back
from tickets.approving.showing import count_entries
from tickets.choices import ApprovalState, PartState, Status
from tickets.errors import CannotChange, CannotSend
from tickets.incidents import grouping
from tickets.incidents.letting_go import approve_all, clear, send_back_all, statements_for, waiting_of
from tickets.incidents.stating import preview, retry
from tickets.incidents.untelling import still_told, why_of
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


def carls(incident: Incident) -> Ticket:
    return Ticket.objects.filter(part_of=incident.ticket_id).latest("pk")


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


def test_all_its_parts_are_let_go_by_one_decision(told: Statement, incident: Incident, sam: User, wire: Wire) -> None:
    (one,) = waiting_of(sam)
    assert len(one.going) == 2 and not one.void and not one.others
    make_message(part_of(incident), sent_at=at(11))
    done = approve_all(told, by=sam, now=at(12))
    assert done.done == [carls(incident).pk] and list(done.left) == [part_of(incident).pk]
    assert Approval.objects.filter(state=ApprovalState.APPROVED).count() == 1
    send(13)
    assert len(wire.texts) == 1


def test_what_is_not_told_any_more_is_left_out_and_cleared(
    told: Statement, incident: Incident, alice: User, sam: User, wire: Wire
) -> None:
    ben = part_of(incident)
    grouping.take_out(incident, ben, by=alice, now=at(11))
    (one,) = waiting_of(sam)
    assert len(one.going) == 1 and [gone.message.ticket for gone, _ in one.void] == [ben]  # type: ignore[union-attr]
    assert count_entries(sam) == 1
    assert approve_all(told, by=sam, now=at(12)).done == [carls(incident).pk]
    assert count_entries(sam) == 0
    assert clear(told, by=sam, now=at(12)).done == [ben.pk]
    assert not waiting_of(sam)
    with pytest.raises(CannotChange, match="Nothing of it waits"):
        approve_all(told, by=sam, now=at(13))


def test_what_is_still_told_is_the_same_asked_of_one_or_of_the_database(
    told: Statement, incident: Incident, sam: User
) -> None:
    ben, home = part_of(incident), incident.ticket
    for part_of_it, incident_ended in product((True, False), (None, at(11))):
        Ticket.objects.filter(pk=home.pk).update(resolved_at=incident_ended)
        for status, ended in product(Status, (None, at(10), at(11), at(12))):
            facts = {"part_of": home.pk if part_of_it else None, "status": status, "resolved_at": ended}
            Ticket.objects.filter(pk=ben.pk).update(**facts)
            row = told.parts.select_related("message__ticket", "statement__incident__ticket").get(ticket=ben)
            assert row.message is not None and row.message.ticket is not None
            why = why_of(row.statement.incident, row.message.ticket)
            assert still_told().filter(pk=row.pk).exists() == (why is None), facts
    Ticket.objects.filter(pk=ben.pk).update(part_of=home.pk, status=Status.OPEN)
    Incident.every.update(unmade_at=at(12))
    assert not still_told().exists() and count_entries(sam) == 0


def test_all_go_back_with_one_reason_and_nobody_decides_their_own(told: Statement, alice: User, sam: User) -> None:
    assert not waiting_of(alice) and not statements_for(alice).exists()
    assert len(send_back_all(told, by=sam, now=at(12), reason="Say when.").done) == 2
    assert set(Approval.objects.values_list("state", "reason")) == {(ApprovalState.SENT_BACK, "Say when.")}


def test_what_waits_in_a_queue_for_others_is_left_and_told_as_a_number(
    told: Statement, incident: Incident, sam: User, wire: Wire
) -> None:
    boss = make_supervisor("boss")
    staff("Closed", "Others", boss, approve=True)
    Ticket.objects.filter(pk=part_of(incident).pk).update(queue=make_queue("Closed"))
    closed = without(sam, "every_queue")
    assert approve_all(told, by=closed, now=at(12)).others == 1
    assert Approval.objects.get(message__ticket=part_of(incident)).state == ApprovalState.WAITING
