"""What is told of an answer that needs approval: to its writer before, to who may decide, and to who looks later."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_agent, make_person, make_queue, make_supervisor, make_team, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tests.tickets.test_approving import answer, asked
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.approving.deciding import approve, expire_due, send_back
from tickets.approving.foretelling import foretell
from tickets.approving.kept import approvals_on, words_given_back
from tickets.happenings import Retraction
from tickets.intake import retract
from tickets.models import Address, Approval, ApprovalRule, Draft, Message, Notice, Ticket
from tickets.timeline import Line, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def rule(db: None) -> ApprovalRule:
    return ApprovalRule.objects.create(name="Money", words="refund*")


@pytest.fixture
def ticket(acme: Address, wire: Wire, rule: ApprovalRule) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def told(ticket: Ticket, by: User, text: str, ways: tuple[bool, ...] = (False,)) -> dict[bool, Any]:
    found = foretell(ticket, text=text, by=by, ways=ways)
    return {private: (one.rule, one.word, [who.username for who in one.people]) for private, one in found.items()}


def test_its_writer_is_told_before_by_which_rule_and_who_may(ticket: Ticket, alice: User, sam: User) -> None:
    assert told(ticket, alice, "Hello") == {}
    assert told(ticket, alice, "You will be refunded") == {False: ("Money", "refund*", ["sam"])}
    assert told(ticket, sam, "You will be refunded") == {}
    assert not Approval.objects.exists() and not Notice.objects.exists()


def test_each_way_is_told_by_itself_and_where_nobody_may(ticket: Ticket, alice: User, rule: ApprovalRule) -> None:
    ApprovalRule.objects.update(said="private", words="")
    assert told(ticket, alice, "", (False, True)) == {True: ("Money", "", [])}


def test_who_may_is_asked_where_the_private_answer_will_stand(
    ticket: Ticket, acme: Address, alice: User, sam: User, rule: ApprovalRule
) -> None:
    ticket.queue = make_queue("Elsewhere")
    ticket.save()
    bob = make_agent("bob")
    bob.user_permissions.set(sam.groups.get().permissions.filter(codename="approve_reply"))
    staff("Support", "Money", bob, approve=True)
    staff("Elsewhere", "Others", make_agent("tom"))
    acme.queue = make_queue("Support")
    acme.save()
    ticket.refresh_from_db()
    found = told(ticket, alice, "refund", (False, True))
    assert (found[False][2], found[True][2]) == (["sam"], ["bob", "sam"])


def test_it_costs_one_statement_where_there_are_no_rules(ticket: Ticket, alice: User) -> None:
    ApprovalRule.objects.all().delete()
    with CaptureQueriesContext(connection) as found:
        foretell(ticket, text="Hello", by=alice, ways=(False, True))
    assert len(found) == 1


@pytest.mark.parametrize("end", ["approve", "send back", "take back", "expire", "tom approves"])
def test_once_it_is_settled_nobody_is_asked_any_more(ticket: Ticket, alice: User, sam: User, end: str) -> None:
    tom = make_supervisor("tom")
    message, other = answer(ticket, alice, "A refund is due"), answer(ticket, alice, "Another refund", minute=2)
    approval = asked(message)
    assert Notice.objects.filter(event="approval", read_at=None).count() == 4
    if end == "expire":
        Approval.objects.filter(pk=approval.pk).update(expires_at=at(3))
        expire_due(now=at(3))
    elif end == "take back":
        replies.undo(message, by=alice, now=at(3))
    elif end == "send back":
        send_back(approval, by=sam, now=at(3), reason="No")
    else:
        approve(approval, by=tom if end == "tom approves" else sam, now=at(3), text="Not yet")
    waits = Notice.objects.filter(event="approval", read_at=None)
    assert set(waits.values_list("data__message", "person__username")) == {(other.pk, "sam"), (other.pk, "tom")}
    assert not Notice.objects.filter(person=alice, event="decided").exclude(read_at=None).exists()


def lines(ticket: Ticket, user: User) -> list[str]:
    found = load(ticket, user=User.objects.get(pk=user.pk)).items
    return [one.words for one in found if isinstance(one, Line) and one.words]


@pytest.mark.parametrize("expired", [False, True])
def test_what_went_back_is_read_by_its_writer_by_who_decides_and_by_auditors(
    ticket: Ticket, alice: User, sam: User, expired: bool
) -> None:
    approval = asked(answer(ticket, alice, "A refund is due"))
    if expired:
        Approval.objects.update(expires_at=at(2))
        expire_due(now=at(2))
    else:
        send_back(approval, by=sam, now=at(2), reason="Name the day.")
    bob, nora = make_agent("bob"), make_person("nora", role="Auditors")
    for reader in (alice, sam, nora):
        assert lines(ticket, reader) == ["A refund is due"]
        assert [one.written for one in approvals_on(ticket, by=reader)] == ["A refund is due"]
    assert lines(ticket, bob) == [] and not approvals_on(ticket, by=bob).exists()
    assert words_given_back({approval.pk}, ticket=ticket, by=bob) == {}


def test_what_went_back_in_private_is_read_by_who_may_read_private_words(
    ticket: Ticket, alice: User, sam: User
) -> None:
    message = replies.reply(ticket, text="A refund is due", private=True, by=alice, now=at(1))
    home = message.ticket
    assert home is not None
    send_back(asked(message), by=sam, now=at(2), reason="In public.")
    assert lines(home, sam) == ["A refund is due"] and approvals_on(home, by=sam).count() == 1
    sam.groups.get().permissions.remove(*sam.groups.get().permissions.filter(codename="see_private"))
    assert lines(home, sam) == [] and not approvals_on(home, by=User.objects.get(pk=sam.pk)).exists()


def test_its_writers_words_go_with_the_message_that_is_deleted_on_its_channel(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    message = answer(ticket, alice, "A refund is due")
    approve(asked(message), by=sam, now=at(2), text="Soon")
    send_at(at(3))
    assert asked(message).written == "A refund is due"
    message.refresh_from_db()
    gone = Retraction(channel="twitter", address_key=ticket.address.key, external_id=str(message.external_id), at=at(4))
    retract([gone], now=at(4))
    assert Message.objects.get(pk=message.pk).text == "" and asked(message).written == ""


def test_one_that_is_scheduled_expires_too_and_never_goes_at_its_moment(
    ticket: Ticket, alice: User, sam: User, rule: ApprovalRule, wire: Wire
) -> None:
    ApprovalRule.objects.update(minutes=30)
    answer(ticket, alice, "A refund is due", at=at(600))
    assert (expire_due(now=at(30)), expire_due(now=at(31)), send_at(at(700)), wire.texts) == (0, 1, 0, [])
    assert Draft.objects.get().text == "A refund is due"


def test_a_rule_that_is_deleted_or_turned_off_lets_nothing_go_by_itself(
    ticket: Ticket, alice: User, sam: User, rule: ApprovalRule, wire: Wire
) -> None:
    message = answer(ticket, alice, "A refund is due")
    rule.delete()
    assert (send_at(at(30)), wire.texts, asked(message).state) == (0, [], "waiting")
    assert expire_due(now=at(241)) == 1 and Draft.objects.get().person == alice


def test_who_left_the_team_of_a_rule_is_told_so_too(ticket: Ticket, alice: User, sam: User, rule: ApprovalRule) -> None:
    team = make_team("New", alice)
    rule.teams.add(team)
    assert told(ticket, alice, "refund") != {}
    team.memberships.all().delete()
    assert told(ticket, alice, "refund") == {}
