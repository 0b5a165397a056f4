"""A macro run by a slip is taken back, on one ticket or many (docs/rules.md, "Macros")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_agent, make_folder, make_queue, make_supervisor, make_ticket, staff
from tests.tickets.floor import at_work, skill, staffed
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, texts, we_say
from tests.tickets.test_macros import make_macro, refund
from tickets import lifecycle
from tickets.assignment import assign
from tickets.choices import Priority
from tickets.models import Activity, Address, LastTurn, OutboxEntry, Tag, Ticket
from tickets.phrases.macros import run, run_many
from tickets.phrases.unrunning import unrun
from tickets.resting import slips
from tickets.resting.reverting import Reverted
from tickets.resting.snoozing import snooze
from tickets.staffing.needing import set_skills

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950"), minute=0)
    return only_ticket()


def stands(ticket: Ticket) -> tuple[Any, ...]:
    ticket.refresh_from_db()
    facts = ticket.queue_id, ticket.status, ticket.priority, ticket.folder_id, ticket.assignee_id, ticket.next_due_at
    return (*facts, ticket.snoozed_until, sorted(ticket.tags.values_list("name", flat=True)))


def test_all_it_changed_goes_back_and_what_was_written_stays(ticket: Ticket, alice: User, bob: User) -> None:
    assign(ticket, to=bob, by=alice, now=at(1))
    lifecycle.add_tag(ticket, "money", by=alice, now=at(1))
    lifecycle.change_status(ticket, "open", by=alice, now=at(1))
    before = stands(ticket)
    steps: dict[str, Any] = {"tags": "refund, money", "note": "Asked.", "priority": "high", "assign": "me"}
    macro = make_macro(**steps, folder=make_folder(), queue=make_queue("Billing"), status="on_hold", snooze_hours=4)
    gesture = run(macro, ticket, by=alice, now=at(2))
    assert stands(ticket) != before
    assert unrun(gesture, by=alice, now=at(3)) == [Reverted(ticket.pk, True, written=True)]
    assert stands(ticket) == before and "Asked." in texts(ticket)
    again = unrun(gesture, by=alice, now=at(4))
    assert not again[0].undone and again[0].left == "Nothing of it stands any more." and stands(ticket) == before


def test_put_aside_before_it_is_so_again(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, "open", by=alice, now=at(1))
    snooze(ticket, at(900), by=alice, now=at(1))
    before = stands(ticket)
    gesture = run(make_macro(priority="urgent", status="resolved"), ticket, by=alice, now=at(2))
    assert only_ticket().snoozed_at is None
    unrun(gesture, by=alice, now=at(3))
    assert stands(ticket) == before


def test_what_somebody_changed_since_stays_and_the_rest_goes_back(ticket: Ticket, alice: User, bob: User) -> None:
    gesture = run(make_macro(priority="urgent", tags="red", status="pending"), ticket, by=alice, now=at(1))
    lifecycle.change_status(ticket, "open", by=bob, now=at(2))
    lifecycle.change_status(ticket, "pending", by=bob, now=at(3))
    lifecycle.remove_tag(ticket, Tag.objects.get(), by=bob, now=at(4))
    lifecycle.add_tag(ticket, "red", by=bob, now=at(5))
    assert unrun(gesture, by=alice, now=at(6)) == [Reverted(ticket.pk, True, "Somebody changed its status since.")]
    told = only_ticket()
    assert (told.status, told.priority, told.tags.count()) == ("pending", "normal", 1)


def test_its_answer_goes_out_and_what_was_done_before_is_not_done_again(ticket: Ticket, alice: User) -> None:
    gesture = run(refund(), ticket, by=alice, now=at(1))
    assert unrun(gesture, by=alice, now=at(2))[0].undone
    assert only_ticket().status == "open" and OutboxEntry.objects.count() == 1
    other = make_ticket(status="resolved", resolved_at=at(0))
    gesture = run(make_macro("Reopen", status="open"), other, by=alice, now=at(3))
    (told,) = unrun(gesture, by=alice, now=at(4))
    other.refresh_from_db()
    assert (told.undone, other.status) == (False, "open") and "Nothing to go back to for its status." in told.left


@pytest.mark.parametrize(("state", "going"), [("held", True), ("awaiting", True), ("sent", False)])
def test_that_its_answer_goes_out_all_the_same_is_said(
    ticket: Ticket, alice: User, client: Client, state: str, going: bool
) -> None:
    client.force_login(alice)
    gesture = run(refund(), ticket, by=alice, now=at(1))
    OutboxEntry.objects.update(state=state)
    page = client.post("/macros/undo/", {"gesture": str(gesture)}, follow=True).content.decode()
    assert "stands as before" in page
    assert ("Its answer goes out all the same" in page, "What was written stays." in page) == (going, not going)


def test_on_many_it_is_one_gesture_of_who_ran_it(ticket: Ticket, alice: User, bob: User) -> None:
    other, gone = make_ticket(), make_ticket()
    ran = run_many(make_macro(priority="low"), [ticket.pk, other.pk, gone.pk], by=alice, now=at(1))
    gesture = ran[0].gesture
    assert gesture is not None and {one.gesture for one in ran} == {gesture}
    assert unrun(gesture, by=bob, now=at(2)) == []
    staff("Bookings", "Flights")
    Ticket.objects.filter(pk=gone.pk).update(queue=make_queue("Bookings"))
    told = {one.ticket: one for one in unrun(gesture, by=User.objects.get(pk=alice.pk), now=at(3))}
    assert told[gone.pk] == Reverted(gone.pk, False, "It is out of your sight.")
    assert [told[pk].undone for pk in (ticket.pk, other.pk)] == [True, True]
    assert list(Ticket.objects.order_by("pk").values_list("priority", flat=True)) == ["normal", "normal", "low"]


def test_what_a_step_of_escalation_moved_since_stays_there(ticket: Ticket, alice: User) -> None:
    gesture = run(make_macro(queue=make_queue("Bookings"), tags="red"), ticket, by=alice, now=at(1))
    rescue = make_queue("Rescue")
    Ticket.objects.update(queue=rescue)  # with a line of its own kind: clock.step
    (told,) = unrun(gesture, by=alice, now=at(2))
    assert (told.undone, told.left) == (True, "Somebody changed its queue since.")
    assert only_ticket().queue == rescue and not only_ticket().tags.exists()


def test_what_went_back_and_what_stays_and_why_is_told(ticket: Ticket, alice: User, client: Client) -> None:
    macro = make_macro(priority="low", tags="red", queue=make_queue("Bookings"))
    gesture = run(macro, ticket, by=alice, now=at(1))
    Ticket.objects.update(priority="high", queue=make_queue("Rescue"))
    for facts in ({"raised_from": "low", "raised_to": "high"}, {"queue": only_ticket().queue_id}):
        Activity.objects.create(ticket=ticket, verb="clock.step", data=facts, at=at(2))
    client.force_login(alice)
    page = client.post("/macros/undo/", {"gesture": str(gesture)}, follow=True).content.decode()
    for what in ("its queue", "its priority"):
        assert f"A step of escalation changed {what} since." in page
    assert f"#{ticket.pk}: Taken back: its tags. The rest stays:" in page
    assert "Nothing was undone" not in page and "stands as before" not in page and "Somebody" not in page


MANY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"priority": "urgent"}, {"priority": "low"}),
    ({"status": "on_hold", "reason": "Parts"}, {"status": "resolved"}),
    ({"status": "pending"}, {"snooze_hours": 4}),
    ({"snooze_hours": 4}, {"snooze_hours": 40}),
    ({"snooze_hours": 4}, {"status": "resolved"}),
    ({"tags": "red"}, {"tags": "blue"}),
    ({"assign": "me"}, {"assign": "nobody"}),
    ({"queue": "Bookings"}, {"queue": "Billing"}),
    ({"folder": "One"}, {"folder": "Two"}),
]


@pytest.mark.parametrize(("first", "second"), MANY)
def test_a_change_that_was_itself_taken_back_counts_as_not_made(
    ticket: Ticket, alice: User, first: dict[str, Any], second: dict[str, Any]
) -> None:
    lifecycle.change_status(ticket, "open", by=alice, now=at(0))
    begun, ran = stands(ticket), []
    for minute, steps in enumerate((first, second), start=1):
        kinds: dict[str, Any] = {"queue": make_queue, "folder": make_folder}
        macro = make_macro(f"M{minute}", **{key: kinds[key](to) if key in kinds else to for key, to in steps.items()})
        ran.append((stands(ticket), run(macro, ticket, by=alice, now=at(minute))))
    for minute, (before, gesture) in enumerate(reversed(ran), start=5):
        (told,) = unrun(gesture, by=alice, now=at(minute))
        assert (told.undone, told.left) == (True, "") and stands(ticket) == before
    assert stands(ticket) == begun


def test_a_slip_that_was_taken_back_counts_as_not_made_too(ticket: Ticket, alice: User, bob: User) -> None:
    gesture = run(make_macro(priority="urgent"), ticket, by=alice, now=at(1))
    lifecycle.change_priority(ticket, "low", by=bob, now=at(2))
    slips.take_priority_back(ticket, "urgent", undoes=Priority.LOW, by=bob, now=at(3))
    assert unrun(gesture, by=alice, now=at(4)) == [Reverted(ticket.pk, True)]
    assert only_ticket().priority == "normal"


def test_the_page_offers_it_after_one_and_after_many(ticket: Ticket, alice: User, client: Client) -> None:
    client.force_login(alice)
    macro, other = make_macro(priority="low"), make_ticket()
    for numbers in ([ticket.pk], [ticket.pk, other.pk]):
        page = client.post("/macros/", {"macro": macro.pk, "t": numbers}, follow=True).content.decode()
        gesture = Activity.objects.filter(verb="macro.ran").latest("pk").gesture
        assert f'value="{gesture}"' in page and 'action="/macros/undo/"' in page
        page = client.post("/macros/undo/", {"gesture": str(gesture)}, follow=True).content.decode()
        assert ("stands as before" if len(numbers) == 1 else "2 tickets stand as before") in page
        assert set(Ticket.objects.values_list("priority", flat=True)) == {"normal"}
    page = client.post("/macros/undo/", {"gesture": str(gesture)}, follow=True).content.decode()
    assert "Nothing of it stands any more." in page
    client.force_login(make_agent("zoe"))
    for key in (str(gesture), "x"):
        assert client.post("/macros/undo/", {"gesture": key}).status_code == 404


def test_moved_to_where_they_may_only_look_nothing_is_taken_back(ticket: Ticket, alice: User) -> None:
    staff("Billing", "Money", alice, work=False, send=False)
    gesture = run(make_macro(tags="red", queue=make_queue("Billing")), ticket, by=alice, now=at(1))
    (told,) = unrun(gesture, by=User.objects.get(pk=alice.pk), now=at(2))
    assert not told.undone and told.left and "sight" not in told.left and only_ticket().tags.count() == 1


def test_what_was_new_is_new_again_unless_it_is_answered(ticket: Ticket, alice: User) -> None:
    gesture = run(make_macro(status="resolved", tags="red"), ticket, by=alice, now=at(1))
    unrun(gesture, by=alice, now=at(2))
    assert (only_ticket().status, only_ticket().resolved_at) == ("new", None)
    gesture = run(make_macro("Again", status="resolved"), ticket, by=alice, now=at(3))
    take_in(we_say(in_reply_to="1950", minute=4), minute=4)
    assert unrun(gesture, by=alice, now=at(5))[0].undone and only_ticket().status != "new"


def test_nobody_is_given_it_while_it_goes_back(ticket: Ticket, alice: User) -> None:
    billing = staffed("Billing", at_work("ana"), at_work("bob"))
    Ticket.objects.update(queue=billing, assignee=User.objects.get(username="bob"))
    before = stands(ticket)
    macro = make_macro(queue=make_queue("Elsewhere"), assign="me", status="resolved")
    sam = make_supervisor()
    gesture = run(macro, ticket, by=sam, now=at(1))
    assert unrun(gesture, by=sam, now=at(2)) == [Reverted(ticket.pk, True)]
    assert stands(ticket) == before and not LastTurn.objects.exists()
    given = [line.data["to"] for line in Activity.objects.filter(verb="ticket.assigned") if line.data["to"]]
    assert set(given) == {sam.pk, only_ticket().assignee_id}


def test_what_was_nobodys_is_given_out_when_all_went_back(ticket: Ticket, alice: User) -> None:
    billing = staffed("Billing", at_work("ana"))
    Ticket.objects.update(queue=billing)
    sam = make_supervisor()
    gesture = run(make_macro(queue=make_queue("Elsewhere"), tags="red"), ticket, by=sam, now=at(1))
    unrun(gesture, by=sam, now=at(2))
    assert only_ticket().assignee == User.objects.get(username="ana")
    assert Activity.objects.latest("pk").verb == "ticket.assigned"


def test_a_language_that_the_queue_asked_for_is_not_needed_any_more(ticket: Ticket, alice: User) -> None:
    german, queue = skill("German", "de"), make_queue("Bookings", asks_language=True)
    ticket.messages.update(language="de")
    for kept in (False, True):
        gesture = run(make_macro(f"There {kept}", queue=queue), ticket, by=alice, now=at(1))
        assert ticket.skills.get() == german
        if kept:
            set_skills(ticket, [german.pk, skill("Refunds").pk], by=alice, now=at(2))
        unrun(gesture, by=alice, now=at(3))
        assert ticket.skills.filter(pk=german.pk).exists() == kept
