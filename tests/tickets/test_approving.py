"""Who must approve an answer, and what becomes of one that waits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.auth.models import Permission as Permit

from tests.at_once import at_once
from tests.factories import make_agent, make_queue, make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, says, take_in, texts, verbs, writes
from tests.tickets.test_outbox import send_at, state
from tickets import replies
from tickets.approving.deciding import approve, expire_due, send_back, waiting
from tickets.approving.showing import cases
from tickets.choices import SendState
from tickets.errors import CannotChange, CannotSend, NewsSince, NotAllowed, Repeats, TooLate
from tickets.finding.entries import is_complete
from tickets.merging import merge
from tickets.models import (
    Address,
    Approval,
    ApprovalRule,
    Draft,
    Message,
    Notice,
    SlaClock,
    Staffing,
    Tag,
    Team,
    Ticket,
)
from tickets.outbound import Permission
from tickets.regrouping.undoing import undo as undo_gesture
from tickets.sending.terms import Terms


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def rule(db: None) -> ApprovalRule:
    return ApprovalRule.objects.create(name="New agents")


@pytest.fixture
def ticket(acme: Address, wire: Wire, rule: ApprovalRule) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def answer(ticket: Ticket, by: User, text: str = "On its way.", *, minute: float = 1, **terms: Any) -> Message:
    private = ticket.private
    return replies.reply(ticket, text=text, private=private, by=by, now=at(minute), terms=Terms(**terms))


def asked(message: Message) -> Approval:
    return Approval.objects.get(message=message)


@pytest.mark.django_db
def test_it_waits_says_nothing_yet_and_goes_behind_the_undo_window(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    message = answer(ticket, alice)
    assert (state(message), send_at(at(30))) == (SendState.AWAITING, 0)
    told = only_ticket()
    assert (told.status, told.last_by_us, told.message_count, told.assignee) == ("open", False, 1, alice)
    assert list(waiting(sam)) == [asked(message)] and not waiting(alice).exists()
    assert list(Notice.objects.values_list("person", "event", "read_at")) == [(sam.pk, "approval", None)]
    approve(asked(message), by=sam, now=at(40))
    assert Notice.objects.filter(person=alice, event="decided", data__approved=True).exists()
    assert (state(message), send_at(at(40)), only_ticket().last_by_us) == (SendState.HELD, 0, True)
    assert (send_at(at(41)), wire.texts, state(message)) == (1, ["On its way."], SendState.SENT)
    assert [verb for verb in verbs(ticket) if verb.startswith("reply.")][:2] == ["reply.asked", "reply.approved"]


@pytest.mark.django_db
def test_the_promised_answer_is_kept_when_it_is_out(ticket: Ticket, alice: User, sam: User, wire: Wire) -> None:
    message = answer(ticket, alice)
    clock = SlaClock.objects.get(ticket=ticket, metric="first_response")
    assert clock.ended_at is None
    approve(asked(message), by=sam, now=at(90))
    send_at(at(91))
    clock.refresh_from_db()
    assert clock.met is False  # promised were 60 minutes


@pytest.mark.django_db
def test_who_may_approve_needs_nobody_and_nobody_lets_their_own_go(
    ticket: Ticket, sam: User, alice: User, rule: ApprovalRule
) -> None:
    assert state(answer(ticket, sam)) == SendState.HELD
    team = Team.objects.create(name="New")
    team.memberships.create(person=sam)
    rule.teams.add(team)
    own = answer(ticket, sam, "Again?", minute=2)
    assert state(own) == SendState.AWAITING
    with pytest.raises(NotAllowed, match="their own"):
        approve(asked(own), by=sam, now=at(3))
    with pytest.raises(NotAllowed):
        approve(asked(own), by=alice, now=at(3))
    assert state(answer(ticket, alice, "Free", minute=3)) == SendState.HELD


@pytest.mark.django_db
def test_where_teams_staff_a_queue_only_who_may_there_lets_it_go(ticket: Ticket, alice: User, sam: User) -> None:
    approval = asked(answer(ticket, alice))
    team = Team.objects.create(name="Money")
    row = team.staffings.create(queue=ticket.queue, approve=True)
    sam.user_permissions.clear()
    sam.groups.get().permissions.remove(Permit.objects.get(codename="every_queue"))
    again = User.objects.get(pk=sam.pk)
    assert not waiting(again).exists()
    with pytest.raises(NotAllowed):
        approve(approval, by=again, now=at(2))
    team.memberships.create(person=sam)
    assert waiting(User.objects.get(pk=sam.pk)).exists()
    row.approve = False
    row.save()
    assert not waiting(User.objects.get(pk=sam.pk)).exists()


@pytest.mark.django_db
def test_tags_and_words_are_those_of_the_ticket_and_the_answer(ticket: Ticket, alice: User, rule: ApprovalRule) -> None:
    rule.tags.add(Tag.objects.create(name="money"))
    rule.words = "refund*\nmoney back"
    rule.save()
    assert state(answer(ticket, alice, "A refund is due")) == SendState.HELD
    ticket.tags.add(Tag.objects.get())
    assert state(answer(ticket, alice, "Hello", minute=2)) == SendState.HELD
    message = answer(ticket, alice, "You will be refunded", minute=3)
    assert (state(message), asked(message).word) == (SendState.AWAITING, "refund*")


@pytest.mark.django_db
def test_whoever_approves_may_change_it_and_both_are_kept(ticket: Ticket, alice: User, sam: User, wire: Wire) -> None:
    message = answer(ticket, alice)
    approve(asked(message), by=sam, now=at(2), text="It is on its way, sorry!\r\n")
    send_at(at(3))
    assert wire.texts == ["It is on its way, sorry!"]
    assert is_complete()  # its new words are found
    assert (asked(message).written, asked(message).decided_by) == ("On its way.", sam)


@pytest.mark.django_db
def test_a_thread_is_let_go_whole_and_changed_only_into_as_many_parts(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    words = "We have looked into your order and are sorry. " * 15
    message = answer(ticket, alice, words, parts=3)
    for text in ("Sorry.", words * 2):
        with pytest.raises(CannotSend, match="parts"):
            approve(asked(message), by=sam, now=at(2), text=text)
    assert state(message) == SendState.AWAITING and message.text == Message.objects.get(pk=message.pk).text
    approve(asked(message), by=sam, now=at(2), text=words.replace("sorry", "glad"))
    send_at(at(3))
    send_at(at(4))
    send_at(at(5))
    assert len(wire.texts) == 3 and all("glad" in text for text in wire.texts)


@pytest.mark.django_db
def test_sent_back_its_words_are_the_writers_draft_with_the_reason(ticket: Ticket, alice: User, sam: User) -> None:
    message = answer(ticket, alice)
    with pytest.raises(CannotChange, match="Say why"):
        send_back(asked(message), by=sam, now=at(2), reason=" ")
    send_back(asked(message), by=sam, now=at(2), reason="Name  the day.")
    draft = Draft.objects.get()
    assert (draft.person, draft.text, draft.came_back) == (alice, "On its way.", "Sam sent this back: Name the day.")
    assert not Message.objects.filter(pk=message.pk).exists() and only_ticket().message_count == 1
    told = ticket.activities.get(verb="reply.sent_back")
    assert (told.actor, told.data["reason"]) == (sam, "Name the day.")
    approval = Approval.objects.get()
    with pytest.raises(CannotChange, match="Sam has sent it back already"):
        approve(approval, by=sam, now=at(3))


@pytest.mark.django_db
def test_nobody_decides_in_time_and_it_goes_back_never_late(
    ticket: Ticket, alice: User, sam: User, rule: ApprovalRule, wire: Wire
) -> None:
    rule.minutes = 30
    rule.save()
    message = answer(ticket, alice)
    approval = asked(message)
    assert expire_due(now=at(30)) == 0
    with pytest.raises(CannotChange, match="over"):
        approve(approval, by=sam, now=at(31))
    assert (expire_due(now=at(31)), expire_due(now=at(31)), send_at(at(60)), wire.texts) == (1, 0, 0, [])
    assert (Draft.objects.get().person, Draft.objects.get().came_back) == (alice, "Nobody let this go in time.")
    assert "reply.expired" in verbs(ticket)


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["here", "on one that follows", "on one that follows and may not be seen"])
def test_what_was_said_since_stops_it_until_whoever_approves_has_read_it(
    ticket: Ticket, alice: User, sam: User, wire: Wire, settings: Any, where: str
) -> None:
    settings.APPROVAL_MINUTES = 60 * 24 * 30
    message = answer(ticket, alice)
    minute = 2 if where == "here" else 60 * 24 * 20  # too long after to go on with the ticket
    take_in(says("Found it!", in_reply_to="1950", minute=minute), minute=minute)
    assert Ticket.objects.filter(follow_up_of=ticket).exists() == (where != "here")
    if "not be seen" in where:
        queue = make_queue("Closed to sam")
        Staffing.objects.create(queue=queue, team=Team.objects.create(name="Others"))
        Ticket.objects.exclude(pk=ticket.pk).update(queue=queue)
        sam = without(sam, "every_queue")
    now = at(minute + 1)
    with pytest.raises(NewsSince):
        approve(asked(message), by=sam, now=now)
    assert state(message) == SendState.AWAITING
    (case,) = cases(sam, now=now)
    told = [one.text for one in case.talk if one.pk in case.fresh]
    assert (told, case.unread) == (([], True) if "not be seen" in where else (["Found it!"], False))
    approve(asked(message), by=sam, now=now, seen=case.seen)
    assert state(message) == SendState.HELD


@pytest.mark.django_db
def test_what_it_answers_may_be_edited_meanwhile_and_is_shown_so(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    message = answer(ticket, alice)
    take_in(says("Do not send it!", external_id="1952", versions=("1950", "1952"), edited_at=at(2)), minute=2)
    (case,) = cases(sam, now=at(3))
    assert [one.text for one in case.talk if one.pk in case.fresh] == ["Do not send it!"]
    seen = Message.objects.latest("pk").pk
    for wording in (0, case.wording - 1):
        with pytest.raises(NewsSince, match="changed their words"):
            approve(asked(message), by=sam, now=at(3), seen=seen, wording=wording)
    approve(asked(message), by=sam, now=at(3), seen=case.seen, wording=case.wording)
    assert state(message) == SendState.HELD


@pytest.mark.django_db
def test_what_was_edited_before_it_was_written_asks_nobody(ticket: Ticket, alice: User, sam: User, wire: Wire) -> None:
    take_in(says("Send it!", external_id="1952", versions=("1950", "1952"), edited_at=at(0.5)), minute=0.6)
    message = answer(ticket, alice)
    approve(asked(message), by=sam, now=at(3))
    assert state(message) == SendState.HELD


@pytest.mark.django_db
def test_the_same_words_and_what_may_be_sent_are_asked_again(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    message = answer(ticket, alice)
    answer(ticket, sam, minute=2, repeat=True)
    with pytest.raises(Repeats):
        approve(asked(message), by=sam, now=at(3), seen=message.pk + 1)
    wire.permission = Permission(allowed=False, reason="They blocked us.")
    with pytest.raises(CannotSend, match="blocked"):
        approve(asked(message), by=sam, now=at(3), seen=message.pk + 1, repeat=True)
    wire.permission = Permission(allowed=True)
    approve(asked(message), by=sam, now=at(3), seen=message.pk + 1, repeat=True)


@pytest.mark.django_db
def test_one_that_is_scheduled_goes_at_its_moment_or_at_once_when_that_passed(
    ticket: Ticket, alice: User, sam: User, wire: Wire
) -> None:
    early, late = answer(ticket, alice, "Tomorrow", at=at(600)), answer(ticket, alice, "Soon", at=at(5), minute=2)
    approve(asked(early), by=sam, now=at(10))
    approve(asked(late), by=sam, now=at(10))
    assert (state(early), state(late)) == (SendState.SCHEDULED, SendState.HELD)
    send_at(at(11))
    assert wire.texts == ["Soon"]


@pytest.mark.django_db
def test_nobody_but_its_writer_takes_it_back(ticket: Ticket, alice: User, bob: User) -> None:
    message = answer(ticket, alice)
    with pytest.raises(NotAllowed, match="only who wrote it"):
        replies.undo(message, by=bob, now=at(2))
    assert state(message) == SendState.AWAITING


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["refund*, compensation", "voucher\nrefund*", "voucher; refund*"])
def test_words_are_parted_as_people_write_them(ticket: Ticket, rule: ApprovalRule, alice: User, words: str) -> None:
    ApprovalRule.objects.update(words=words)
    assert state(answer(ticket, alice, "You are refunded.")) == SendState.AWAITING


@pytest.mark.django_db
def test_its_writer_takes_it_back_and_nothing_waits_any_more(ticket: Ticket, alice: User, sam: User) -> None:
    message = answer(ticket, alice)
    approval = asked(message)
    assert replies.undo(message, by=alice, now=at(2)) == "On its way."
    assert not waiting(sam).exists()
    with pytest.raises(CannotChange, match="taken back"):
        approve(approval, by=sam, now=at(3))


@pytest.mark.django_db
def test_a_private_one_is_for_who_may_read_it_and_its_empty_ticket_goes_when_it_is_sent_back(
    ticket: Ticket, alice: User, sam: User
) -> None:
    message = replies.reply(ticket, text="Which seat?", private=True, by=alice, now=at(1))
    assert message.ticket is not None and message.ticket != ticket and state(message) == SendState.AWAITING
    send_back(asked(message), by=sam, now=at(2), reason="In public, please.")
    assert Ticket.objects.get(pk=message.ticket.pk).status == "resolved"
    assert (Draft.objects.get().ticket, Draft.objects.get().mode) == (ticket, "private")
    take_in(writes(minute=3), minute=3)


@pytest.mark.django_db
def test_it_follows_a_merge_and_its_undoing(ticket: Ticket, alice: User, sam: User, wire: Wire) -> None:
    message = answer(ticket, alice)
    take_in(says("Another thing", minute=2), minute=2)
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    gesture = merge([ticket.pk], into=other.pk, by=alice, now=at(3))
    assert waiting(sam).get().message == Message.objects.get(ticket=other, direction="out")
    undo_gesture(gesture.pk, by=alice, now=at(4))
    approve(asked(message), by=sam, now=at(5), seen=Message.objects.latest("pk").pk)
    send_at(at(6))
    assert wire.texts == ["On its way."] and "On its way." in texts(Ticket.objects.get(pk=ticket.pk))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(acme: Address, wire: Wire) -> None:
    take_in(says(external_id="1950"), minute=0)
    ApprovalRule.objects.create(name="All")
    alice, sam, tom = make_agent(), make_supervisor(), make_supervisor("tom")
    message = answer(only_ticket(), alice)
    approval = Approval.objects.select_related("message__ticket", "writer").get()

    def told(decide: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            try:
                return decide()
            except (CannotChange, TooLate) as refusal:
                return refusal

        return run

    found = Message.objects.select_related("ticket").get(pk=message.pk)
    outcomes = at_once(
        told(lambda: approve(approval, by=sam, now=at(2))),
        told(lambda: send_back(approval, by=tom, now=at(2), reason="No")),
        told(lambda: approve(approval, by=tom, now=at(2))),
        told(lambda: expire_due(now=at(2))),
    )
    assert len([one for one in outcomes if isinstance(one, CannotChange)]) == 2, outcomes
    let_go, back = found.ticket.messages.filter(direction="out"), Draft.objects.all()  # type: ignore[union-attr]
    assert let_go.count() + back.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_its_writer_who_takes_it_back_and_who_lets_it_go_one_wins(acme: Address, wire: Wire) -> None:
    take_in(says(external_id="1950"), minute=0)
    ApprovalRule.objects.create(name="All")
    alice, sam = make_agent(), make_supervisor()
    message = answer(only_ticket(), alice)
    approval = Approval.objects.select_related("message__ticket", "writer").get()
    begun: list[str] = []

    def approved() -> None:
        try:
            approve(approval, by=sam, now=at(2))
            begun.append("approved")
        except CannotChange:
            begun.append("refused")

    def taken() -> None:
        replies.undo(message, by=alice, now=at(2))
        begun.append("taken back")

    at_once(approved, taken)  # whoever comes first: behind the undo window it can be taken back still
    assert "taken back" in begun and not Message.objects.filter(direction="out").exists()


@pytest.mark.django_db
def test_a_rule_may_name_a_role_whose_answers_it_is_about(
    ticket: Ticket, alice: User, sam: User, rule: ApprovalRule
) -> None:
    rule.roles.add(Group.objects.get(name="Supervisors"))
    assert state(answer(ticket, alice)) == SendState.HELD
    assert state(answer(ticket, sam, "It left yesterday.", minute=2)) == SendState.AWAITING
    rule.teams.add(Team.objects.create(name="Floor"))
    assert state(answer(ticket, sam, "It comes tomorrow.", minute=3)) == SendState.HELD
