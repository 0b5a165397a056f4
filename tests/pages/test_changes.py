"""Changing a ticket by its forms: without JavaScript a redirect, with it a toast and the word to refresh."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_answer, make_folder, make_policy, make_queue, make_ticket
from tickets.choices import Status
from tickets.lifecycle import change_priority, change_status
from tickets.models import Tag, Ticket
from tickets.resting.snoozing import snooze

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


def change(desk: Client, ticket: Ticket, verb: str, **data: object) -> str:
    """Send the form of the page and read the page it leads to."""
    answer = desk.post(f"/tickets/{ticket.pk}/{verb}/", data, follow=True)
    assert answer.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    ticket.refresh_from_db()
    return answer.content.decode()


def test_taking_a_ticket(desk: Client, ticket: Ticket, alice: User) -> None:
    assert f"#{ticket.pk} is yours" in change(desk, ticket, "take")
    assert ticket.assignee == alice


def test_the_loser_is_told_who_won(desk: Client, ticket: Ticket, bob: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=bob)
    assert "Bob has taken it already." in change(desk, ticket, "take")
    assert ticket.assignee == bob


def test_assigning_and_giving_back(desk: Client, ticket: Ticket, bob: User) -> None:
    assert "Assigned to Bob" in change(desk, ticket, "assign", assignee=bob.pk)
    assert "Given back" in change(desk, ticket, "assign", assignee="")
    assert ticket.assignee is None


def test_what_is_so_already_is_not_said(desk: Client, ticket: Ticket) -> None:
    for verb, data in (("assign", {"assignee": ""}), ("priority", {"priority": "normal"}), ("file", {"folder": ""})):
        assert 'class="toast"' not in change(desk, ticket, verb, **data)


@pytest.mark.parametrize("status", ["resolved", "closed", "ignored"])
def test_what_was_done_by_hand_is_taken_back_where_it_is_said(desk: Client, ticket: Ticket, status: str) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status="on_hold")
    assert _undo(change(desk, ticket, "status", status=status)) == "on_hold"
    assert _undo(change(desk, ticket, "status", status="on_hold", undoes=status)) == ""
    assert ticket.status == "on_hold"


def test_what_became_of_it_since_is_not_taken_back(desk: Client, ticket: Ticket) -> None:
    change(desk, ticket, "status", status="resolved")
    Ticket.objects.filter(pk=ticket.pk).update(status="pending")
    page = change(desk, ticket, "status", status="open", undoes="resolved")
    assert f"#{ticket.pk} is pending by now. Nothing was undone." in page
    assert ticket.status == "pending"


def test_what_a_colleague_did_the_same_since_is_not_taken_back(desk: Client, ticket: Ticket, bob: User) -> None:
    change(desk, ticket, "status", status="resolved")
    for status in (Status.OPEN, Status.RESOLVED):
        change_status(ticket, status, by=bob, now=timezone.now())
    page = change(desk, ticket, "status", status="open", undoes="resolved")
    assert f"made #{ticket.pk} resolved since. Nothing was undone." in page
    assert ticket.status == "resolved"


def test_taken_back_it_is_put_aside_again(desk: Client, ticket: Ticket, alice: User) -> None:
    until = timezone.now() + timedelta(days=2)
    snooze(ticket, until, by=alice, now=timezone.now())
    change(desk, ticket, "status", status="ignored")
    assert ticket.snoozed_at is None
    change(desk, ticket, "status", status="open", undoes="ignored")
    assert (ticket.status, ticket.snoozed_until) == ("open", until)


def test_taken_back_it_is_on_hold_for_the_reason_it_was(desk: Client, ticket: Ticket) -> None:
    policy = make_policy()
    policy.pause_rules.create(status="on_hold", needs_reason=True)
    Ticket.objects.filter(pk=ticket.pk).update(sla_policy=policy)
    change(desk, ticket, "status", status="on_hold", reason="The hangar.")
    change(desk, ticket, "status", status="resolved")
    change(desk, ticket, "status", status="on_hold", undoes="resolved")
    assert ticket.status == "on_hold"
    assert ticket.pauses.get(until=None).reason == "The hangar."


def test_a_priority_is_taken_back_where_it_is_said(desk: Client, ticket: Ticket, alice: User) -> None:
    until = timezone.now() + timedelta(days=2)
    snooze(ticket, until, by=alice, now=timezone.now())
    assert _undo(change(desk, ticket, "priority", priority="urgent"), "priority") == "normal"
    assert ticket.snoozed_at is None
    assert _undo(change(desk, ticket, "priority", priority="normal", undoes="urgent"), "priority") == ""
    assert (ticket.priority, ticket.snoozed_until) == ("normal", until)


def test_a_priority_that_is_another_by_now_or_a_colleagues_stays(desk: Client, ticket: Ticket, bob: User) -> None:
    change(desk, ticket, "priority", priority="urgent")
    change_priority(ticket, "low", by=bob, now=timezone.now())
    page = change(desk, ticket, "priority", priority="normal", undoes="urgent")
    assert f"#{ticket.pk} is low by now. Nothing was undone." in page
    change_priority(ticket, "urgent", by=bob, now=timezone.now())
    page = change(desk, ticket, "priority", priority="normal", undoes="urgent")
    assert f"made #{ticket.pk} urgent since. Nothing was undone." in page
    assert ticket.priority == "urgent"


def _undo(page: str, name: str = "status") -> str:
    toast = re.search(r'<div class="toast".*?</div>', page, re.DOTALL)
    assert toast
    found = re.search(rf'name="{name}" value="(\w+)"', toast.group())
    return found.group(1) if found else ""


def test_status_and_priority(desk: Client, ticket: Ticket) -> None:
    change(desk, ticket, "status", status="resolved")
    change(desk, ticket, "priority", priority="urgent")
    assert (ticket.status, ticket.priority) == ("resolved", "urgent")


def test_queue_and_folder(desk: Client, ticket: Ticket) -> None:
    assert "Moved to Billing" in change(desk, ticket, "move", queue=make_queue("Billing").pk)
    assert "Filed under Orders" in change(desk, ticket, "file", folder=make_folder("Orders").pk)
    assert "Taken out of its folder" in change(desk, ticket, "file", folder="")
    assert (ticket.queue.name, ticket.folder) == ("Billing", None)


def test_tags_come_and_go(desk: Client, ticket: Ticket) -> None:
    change(desk, ticket, "tag", name="  VIP   guest ")
    assert [tag.name for tag in ticket.tags.all()] == ["vip guest"]
    change(desk, ticket, "untag", tag=Tag.objects.get().pk)
    assert not ticket.tags.exists()


def test_a_refusal_is_shown_as_the_action_words_it(desk: Client, ticket: Ticket) -> None:
    assert "A tag has 1 to 50 characters." in change(desk, ticket, "tag", name=" ")


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("status", {"status": "lost"}),
        ("move", {"queue": 999}),
        ("assign", {"assignee": "x"}),
        ("untag", {"tag": 1}),
    ],
)
def test_a_choice_that_is_gone_is_explained(desk: Client, ticket: Ticket, verb: str, data: dict[str, object]) -> None:
    assert "That choice is not there any more" in change(desk, ticket, verb, **data)


def test_a_row_leads_back_to_its_list(desk: Client, ticket: Ticket) -> None:
    data = {"status": "resolved", "next": "/tickets/?view=unassigned"}
    assert desk.post(f"/tickets/{ticket.pk}/status/", data)["Location"] == "/tickets/?view=unassigned"


def test_no_form_leads_to_another_site(desk: Client, ticket: Ticket) -> None:
    answer = desk.post(f"/tickets/{ticket.pk}/take/", {"next": "https://evil.example/"})
    assert answer["Location"] == f"/tickets/{ticket.pk}/"


def test_a_script_gets_the_toast_and_the_word_to_refresh(desk: Client, ticket: Ticket) -> None:
    answer = desk.post(f"/tickets/{ticket.pk}/take/", headers=SCRIPT)
    assert answer.status_code == 200
    assert "desk:changed" in answer["HX-Trigger"]
    assert answer["HX-Reswap"] == "none"
    assert "is yours" in answer.content.decode()


def test_forms_of_strangers_are_refused(alice: User, ticket: Ticket) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(f"/tickets/{ticket.pk}/take/").status_code == 403


def test_resolved_with_an_answer_to_come_says_that_it_still_goes_out(desk: Client, ticket: Ticket) -> None:
    make_answer(ticket, state="scheduled", not_before=timezone.now() + timedelta(hours=5))
    assert "still goes out" not in change(desk, ticket, "status", status="pending")
    assert "still goes out" in change(desk, ticket, "status", status="resolved")
