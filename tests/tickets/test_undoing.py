"""A merge, split or move undone: every row is as it was, and what happened since is where it belongs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import ACME, BEN, make_folder, make_outsider
from tests.tickets.floor import skill
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, texts, verbs, we_say, writes
from tests.tickets.test_merging import merged, on, one, two
from tests.tickets.test_outbox import answer, due, send_at
from tickets import assignment, intake, lifecycle, replies
from tickets.choices import Metric, Priority, Status
from tickets.composing import by_hand, drafts
from tickets.composing.drafts import Words
from tickets.errors import CannotChange, NotAllowed
from tickets.happenings import Retraction
from tickets.merging import merge
from tickets.models import Draft, Gesture, Skill, SlaClock, Ticket, TicketLink, Trace
from tickets.regrouping.linking import is_linked, link, unlink
from tickets.regrouping.splitting import from_here_on, move, split
from tickets.regrouping.undoing import undo
from tickets.sending.terms import Terms
from tickets.staffing.needing import set_skills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
# What a gesture adds to for good: its journal, and the history.
GROWS = {"activity", "gesture", "trace"}
Dump = dict[str, list[dict[str, Any]]]


def dump() -> Dump:
    """Every row of the helpdesk, with every column."""
    tables = [model for model in apps.get_app_config("tickets").get_models() if model._meta.model_name not in GROWS]
    tables += [Ticket.tags.through, Ticket.skills.through]
    return {str(m._meta.model_name): list(m._default_manager.order_by("pk").values()) for m in tables}


def undone(gesture: Gesture, *tickets: Ticket, by: User, minute: float = 30) -> None:
    undo(gesture.pk, by=by, now=at(minute))
    for ticket in tickets:
        ticket.refresh_from_db()


Deed = Callable[[Ticket, User, float], object]
DEEDS: dict[str, Deed] = {
    "answer": lambda t, by, m: answer(t, f"Answer {m}.", by=by, minute=m),
    "send": lambda t, by, m: send_at(at(m)),
    "schedule": lambda t, by, m: replies.reply(
        t, text=f"Later {m}.", private=False, by=by, now=at(m), terms=Terms(at=at(500))
    ),
    "note": lambda t, by, m: replies.note(t, text=f"Note {m}.", by=by, now=at(m)),
    "take": lambda t, by, m: assignment.assign(t, to=by, by=by, now=at(m)),
    "hold": lambda t, by, m: lifecycle.change_status(t, Status.ON_HOLD, by=by, now=at(m), reason="Waiting."),
    "resolve": lambda t, by, m: lifecycle.change_status(t, Status.RESOLVED, by=by, now=at(m)),
    "urgent": lambda t, by, m: lifecycle.change_priority(t, Priority.URGENT, by=by, now=at(m)),
    "low": lambda t, by, m: lifecycle.change_priority(t, Priority.LOW, by=by, now=at(m)),
    "tag": lambda t, by, m: lifecycle.add_tag(t, f"tag {t.pk % 3}", by=by, now=at(m)),
    "file": lambda t, by, m: lifecycle.file(t, make_folder("Orders"), by=by, now=at(m)),
    "draft": lambda t, by, m: drafts.write(by, t, "public", Words(text=f"Begun {m}"), now=at(m)),
    "by hand": lambda t, by, m: by_hand.hand_over(t, text="On its way.", private=False, by=by, now=at(m)),
    "asks": lambda t, by, m: take_in(
        says(f"More {m}", in_reply_to=t.messages.exclude(external_id=None).earliest("pk").external_id, minute=m),
        minute=m,
    ),
    "elsewhere": lambda t, by, m: take_in(
        we_say(f"App {m}", in_reply_to=t.messages.exclude(external_id=None).earliest("pk").external_id, minute=m),
        minute=m,
    ),
}
Story = list[tuple[int, str]]  # which ticket, what happened to it


def live(story: Story, tickets: list[Ticket], by: User, *, since: float = 10) -> None:
    for minute, (number, deed) in enumerate(story):
        ticket = Ticket.objects.get(pk=tickets[number].pk)
        try:
            with transaction.atomic():
                DEEDS[deed](ticket, by, since + minute)
        except CannotChange:
            pass  # one that is resolved already, for example


stories = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(DEEDS))), max_size=8)
how = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@how
@given(stories)
def test_a_merge_undone_leaves_every_row_as_it_was(wire: Wire, alice: User, bob: User, story: Story) -> None:
    with transaction.atomic():
        tickets = [one(), one("And my invoice?", minute=5), one("Mine too!", minute=7, who=BEN)]
        tickets[0].sla_policy.pause_rules.create(status=Status.ON_HOLD)  # type: ignore[union-attr]  # acme has one
        live(story, tickets, alice)
        before = dump()
        gesture = merge([t.pk for t in tickets[1:]], into=tickets[0].pk, by=bob, now=at(60), sure=True)
        assert dump() != before
        undo(gesture.pk, by=bob, now=at(90))
        assert dump() == before
        transaction.set_rollback(True)


@how
@given(stories, st.integers(0, 3))
def test_a_split_undone_leaves_every_row_but_its_own_as_it_was(
    wire: Wire, alice: User, bob: User, story: Story, place: int
) -> None:
    with transaction.atomic():
        tickets = [one(), one("And my invoice?", minute=5), one("Mine too!", minute=7, who=BEN)]
        take_in(says("Hello?", in_reply_to=tickets[0].messages.get().external_id, minute=8))
        live(story, tickets, alice)
        before = dump()
        said = list(tickets[0].messages.all())
        try:
            with transaction.atomic():
                gesture = split(tickets[0], [said[min(place, len(said) - 1)].pk], by=bob, now=at(60))
        except CannotChange:
            transaction.set_rollback(True)
            return
        undo(gesture.pk, by=bob, now=at(90))
        after = dump()
        for name, key in (("ticket", "id"), *((one, "ticket_id") for one in ("slaclock", "slapause", "ticket_tags"))):
            after[name] = [row for row in after[name] if row[key] != gesture.home_id]
        assert after == before
        transaction.set_rollback(True)


# What happened between the gesture and its undoing.


def test_later_messages_go_to_where_what_they_answer_is(alice: User) -> None:
    home, other = two()
    number = other.messages.get().external_id
    gesture = merged(home, other, by=alice)
    take_in(says("About the invoice.", in_reply_to=number, external_id="501", minute=20))
    take_in(says("And another.", in_reply_to="501", minute=21), says("Unrelated.", minute=22))
    take_in(says("About the order.", in_reply_to=home.messages.earliest("pk").external_id, minute=23))
    undone(gesture, home, other, by=alice)
    assert texts(other) == ["And my invoice?", "About the invoice.", "And another."]
    assert texts(home) == ["Where is my order?", "About the order."]
    assert (home.message_count, other.message_count, other.last_text) == (2, 3, "And another.")
    assert (other.status, other.merged_into, other.next_due_at) == (Status.NEW, None, at(65))


def test_an_answer_given_meanwhile_keeps_the_promise_of_the_ticket_it_was_for(wire: Wire, alice: User) -> None:
    home, other = two()
    asked = other.messages.get()
    gesture = merged(home, other, by=alice)
    message = replies.reply(home, text="Here it is.", private=False, by=alice, now=at(11), in_reply_to=asked)
    send_at(due(message) + timedelta(seconds=1))
    undone(gesture, home, other, by=alice)
    assert texts(other) == ["And my invoice?", "Here it is."] and other.status == Status.PENDING
    assert other.clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    assert home.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at is None and home.status != Status.PENDING


def test_an_answer_that_went_out_meanwhile_counts_where_it_was_written(wire: Wire, alice: User) -> None:
    home, other = two()
    message = answer(other, by=alice, minute=9.95)
    gesture = merged(home, other, by=alice)
    send_at(due(message) + timedelta(seconds=1))
    undone(gesture, home, other, by=alice)
    assert other.status == Status.PENDING and other.clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    assert home.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at is None


def test_what_somebody_decided_meanwhile_stays(alice: User, bob: User) -> None:
    home, other = two()
    lifecycle.change_priority(other, Priority.HIGH, by=alice, now=at(6))
    lifecycle.add_tag(other, "invoice", by=alice, now=at(6))
    german, later = skill("German"), skill("Later")
    set_skills(other, [german.pk], by=alice, now=at(6))
    gesture = merged(home, other, by=alice)
    assert home.skills.get() == german
    assignment.assign(home, to=bob, by=alice, now=at(12))
    lifecycle.add_tag(home, "later", by=alice, now=at(13))
    set_skills(home, [german.pk, later.pk], by=alice, now=at(13))
    lifecycle.change_status(home, Status.RESOLVED, by=alice, now=at(14))
    undone(gesture, home, other, by=alice)
    assert (home.assignee, home.priority, home.status) == (bob, Priority.NORMAL, Status.RESOLVED)
    assert [tag.name for tag in home.tags.all()] == ["later"]
    assert (home.skills.get(), other.skills.get()) == (later, german)
    assert (other.status, other.priority, other.next_due_at) == (Status.NEW, Priority.HIGH, at(65))


def test_words_taken_back_meanwhile_do_not_come_again(alice: User) -> None:
    home, other = two()
    gesture = merged(home, other, by=alice)
    assert "invoice" not in str(list(Trace.objects.values_list("before", "after")))
    number = home.messages.get(text="And my invoice?").external_id
    gone = Retraction(channel="twitter", address_key=ACME, external_id=str(number), at=at(20))
    intake.retract([gone], now=at(20))
    undone(gesture, home, other, by=alice)
    assert (other.last_text, other.message_count, other.last_message_at) == ("", 1, at(5))
    assert home.last_text == "Where is my order?"


def test_notes_made_meanwhile_stay_and_drafts_go_back(alice: User) -> None:
    home, other = two()
    drafts.write(alice, other, "public", Words(text="Dear Ana"), now=at(6))
    gesture = merged(home, other, by=alice)
    replies.note(home, text="Called.", by=alice, now=at(11))
    undone(gesture, home, other, by=alice)
    assert texts(home) == ["Where is my order?", "Called."] and Draft.objects.get().ticket == other


def test_private_words_said_meanwhile_go_to_the_customer_who_said_them(alice: User) -> None:
    (anas,), (bens,) = take_in(writes("Hi.")), take_in(writes("Hello.", who=BEN, minute=1))
    home, other = on(anas), on(bens)
    gesture = merged(home, other, by=alice, sure=True)
    take_in(writes("Ben again.", who=BEN, minute=20), writes("Ana again.", minute=21))
    undone(gesture, home, other, by=alice)
    assert (texts(home), texts(other)) == (["Hi.", "Ana again."], ["Hello.", "Ben again."])


def test_what_came_later_is_undone_first(alice: User) -> None:
    home, other = two()
    third = one("And a refund?", minute=7)
    first = merged(home, other, by=alice)
    second = merged(third, home, by=alice, minute=12)
    with pytest.raises(CannotChange, match="Undo that first"):
        undo(first.pk, by=alice, now=at(13))
    undone(second, home, other, third, by=alice)
    undone(first, home, other, by=alice, minute=31)
    assert (texts(home), texts(other), texts(third)) == (["Where is my order?"], ["And my invoice?"], ["And a refund?"])
    with pytest.raises(CannotChange, match="undone already"):
        undo(first.pk, by=alice, now=at(32))
    assert verbs(other)[-1] == "ticket.undone"


def test_an_outsider_undoes_nothing(alice: User) -> None:
    gesture = merged(*two(), by=alice)
    with pytest.raises(NotAllowed):
        undo(gesture.pk, by=make_outsider(), now=at(20))


def test_undoing_costs_the_same_for_two_and_for_fifty(alice: User) -> None:
    counts = []
    alice.get_all_permissions()
    for number in (2, 50):
        pks = [on(told).pk for told in take_in(*(says(f"Question {number} {n}", minute=n / 60) for n in range(number)))]
        gesture = merge(pks[1:], into=pks[0], by=alice, now=at(70))
        with CaptureQueriesContext(connection) as asked_for:
            undo(gesture.pk, by=alice, now=at(71))
        counts.append(len(asked_for))
    assert counts[0] == counts[1] < 60


# Split, move and link.


def conversation() -> Ticket:
    """Ana asks at 0, goes on at 10 and 20."""
    ticket = one()
    number = ticket.messages.get().external_id
    take_in(says("And my invoice?", in_reply_to=number, external_id="601", minute=10))
    take_in(says("It is number 5.", in_reply_to="601", minute=20))
    return Ticket.objects.get(pk=ticket.pk)


def test_a_split_opens_a_ticket_with_its_own_promise_from_when_it_was_asked(alice: User) -> None:
    ticket = conversation()
    gesture = split(ticket, from_here_on(ticket.messages.get(external_id="601")), by=alice, now=at(30))
    fresh = gesture.home
    fresh.refresh_from_db()
    ticket.refresh_from_db()
    assert (texts(ticket), texts(fresh)) == (["Where is my order?"], ["And my invoice?", "It is number 5."])
    assert (fresh.status, fresh.next_due_at, fresh.opened_at) == (Status.NEW, at(70), at(10))
    assert (ticket.message_count, ticket.last_text, ticket.next_due_at) == (1, "Where is my order?", at(60))
    assert verbs(ticket)[-1] == "ticket.split" and verbs(fresh) == ["ticket.split_off"]


def test_a_split_needs_the_same_skills(alice: User) -> None:
    ticket = conversation()
    ticket.skills.add(Skill.objects.create(name="Invoices"))
    gesture = split(ticket, from_here_on(ticket.messages.get(external_id="601")), by=alice, now=at(30))
    assert [skill.name for skill in gesture.home.skills.all()] == ["Invoices"]
    undo(gesture.pk, by=alice, now=at(31))
    assert [skill.name for skill in ticket.skills.all()] == ["Invoices"]


def test_what_answers_a_split_message_later_follows_it(alice: User) -> None:
    ticket = conversation()
    fresh = split(ticket, [ticket.messages.get(external_id="601").pk], by=alice, now=at(30)).home
    take_in(says("Hello?", in_reply_to="601", minute=40))
    assert texts(fresh) == ["And my invoice?", "Hello?"]


def test_an_answer_that_is_not_out_goes_with_what_it_answers(wire: Wire, alice: User) -> None:
    ticket = conversation()
    asked = ticket.messages.get(external_id="601")
    replies.reply(ticket, text="Here it is.", private=False, by=alice, now=at(29.99), in_reply_to=asked)
    fresh = split(ticket, [asked.pk], by=alice, now=at(30)).home
    assert texts(fresh) == ["And my invoice?", "Here it is."]
    send_at(at(31))
    fresh.refresh_from_db()
    assert fresh.status == Status.PENDING and wire.texts == ["Here it is."]


def test_an_answer_on_the_ticket_that_a_split_opened_counts_once_after_its_undo(wire: Wire, alice: User) -> None:
    ticket = conversation()
    gesture = split(ticket, from_here_on(ticket.messages.get(external_id="601")), by=alice, now=at(30))
    answer(gesture.home, by=alice, minute=31)
    send_at(at(32))
    undone(gesture, ticket, by=alice, minute=33)
    judged = SlaClock.objects.filter(metric=Metric.FIRST_RESPONSE).exclude(met=None)
    assert list(judged.values_list("ticket", "met")) == [(ticket.pk, True)]


def test_what_was_done_with_the_ticket_that_a_split_opened_stops_no_undo(wire: Wire, alice: User) -> None:
    ticket = conversation()
    gesture = split(ticket, from_here_on(ticket.messages.get(external_id="601")), by=alice, now=at(30))
    fresh = gesture.home
    message = replies.reply(fresh, text="Here it is.", private=False, by=alice, now=at(31))
    replies.undo(message, by=alice, now=at(31.1))
    lifecycle.change_status(fresh, Status.RESOLVED, by=alice, now=at(32))
    undone(gesture, ticket, fresh, by=alice, minute=33)
    assert (ticket.status, ticket.message_count, ticket.next_due_at) == (Status.NEW, 3, at(60))
    assert fresh.merged_into == ticket


def test_a_promise_whose_question_went_elsewhere_starts_with_what_stays(alice: User) -> None:
    ticket = conversation()
    split(ticket, [ticket.messages.earliest("sent_at").pk], by=alice, now=at(30))
    ticket.refresh_from_db()
    assert ticket.next_due_at == at(70) and texts(ticket) == ["And my invoice?", "It is number 5."]


@pytest.mark.parametrize("chosen", ["all", "note", "gone"])
def test_what_cannot_be_split_off_is_told(alice: User, chosen: str) -> None:
    ticket, other = conversation(), one("Elsewhere", minute=3)
    note = replies.note(ticket, text="A regular.", by=alice, now=at(25))
    pks = {"all": [m.pk for m in ticket.messages.all()], "note": [note.pk], "gone": [other.messages.get().pk]}
    with pytest.raises(CannotChange):
        split(ticket, pks[chosen], by=alice, now=at(30))
    assert not Gesture.objects.exists() and Ticket.objects.count() == 2


def test_one_message_is_moved_and_moved_back(alice: User) -> None:
    ticket, other = conversation(), one("My invoice!", minute=3)
    gesture = move(ticket.messages.get(external_id="601"), to=other.pk, by=alice, now=at(30))
    assert texts(other) == ["My invoice!", "And my invoice?"] and "ticket.message_came" in verbs(other)
    undone(gesture, ticket, other, by=alice, minute=31)
    assert texts(other) == ["My invoice!"] and ticket.message_count == 3 and other.message_count == 1


def test_a_message_is_not_moved_to_a_ticket_that_is_done(alice: User) -> None:
    ticket, other = conversation(), one("My invoice!", minute=3)
    lifecycle.change_status(other, Status.RESOLVED, by=alice, now=at(25))
    with pytest.raises(CannotChange, match="is resolved"):
        move(ticket.messages.get(external_id="601"), to=other.pk, by=alice, now=at(30))


def linked_with(ticket: Ticket) -> list[Ticket]:
    return list(Ticket.objects.filter(is_linked(ticket.pk)))


def test_tickets_are_linked_once_and_apart_again(alice: User) -> None:
    home, other = two()
    for pair in ((home, other), (other, home)):
        link(*pair, by=alice, now=at(6))
    assert TicketLink.objects.count() == 1 and linked_with(home) == [other]
    unlink(other, home, by=alice, now=at(7))
    assert linked_with(home) == [] and verbs(home)[-2:] == ["ticket.linked", "ticket.unlinked"]


def test_links_of_a_merged_ticket_are_shown_where_everything_is(alice: User) -> None:
    home, other = two()
    third = one("And a refund?", minute=7)
    link(third, other, by=alice, now=at(8))
    merged(home, other, by=alice)
    assert linked_with(home) == [third]
