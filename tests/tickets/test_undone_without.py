"""A merge is undone after people, folders or policies that its journal names were deleted: it is put back without them
(docs/rules.md, "Undoing")."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_agent, make_folder, make_policy
from tests.tickets.said import at
from tests.tickets.test_merging import merged, two
from tickets import assignment, lifecycle
from tickets.choices import Priority, Status
from tickets.models import Folder, SlaPolicy, Ticket
from tickets.regrouping.undoing import undo
from tickets.resting.snoozing import snooze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def hold(ticket: Ticket, by: User) -> None:
    ticket.sla_policy.pause_rules.create(status=Status.ON_HOLD)  # type: ignore[union-attr]  # acme has one
    lifecycle.change_status(ticket, Status.ON_HOLD, by=by, now=at(8), reason="The depot.")


def promise(ticket: Ticket, by: User) -> None:
    ticket.clocks.update(policy=make_policy("Fleeting"))


DONE: dict[str, Callable[[Ticket, User], object]] = {
    "hold": hold,
    "snooze": lambda ticket, by: snooze(ticket, at(500), by=by, now=at(8)),
    "take": lambda ticket, by: assignment.assign(ticket, to=by, by=by, now=at(8)),
    "file": lambda ticket, by: lifecycle.file(ticket, make_folder("Fleeting"), by=by, now=at(8)),
    "promise": promise,
}


@pytest.mark.parametrize("into", ["into it", "into the other"])
@pytest.mark.parametrize("what", DONE)
def test_who_and_what_is_gone_is_left_out(alice: User, what: str, into: str) -> None:
    leaver, (ticket, other) = make_agent("leaver"), two()
    DONE[what](ticket, leaver)
    gesture = merged(*((ticket, other) if into == "into it" else (other, ticket)), by=alice, minute=10)
    leaver.delete()
    Folder.objects.filter(name="Fleeting").delete()
    SlaPolicy.objects.filter(name="Fleeting").delete()
    undo(gesture.pk, by=alice, now=at(20))
    connection.check_constraints()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.folder, ticket.snoozed_by) == (None, None, None)
    assert ticket.snoozed_until == (at(500) if what == "snooze" else None)
    assert [(one.reason, one.by) for one in ticket.pauses.all()] == ([("The depot.", None)] if what == "hold" else [])
    assert ticket.clocks.filter(policy=None).exists() == (what == "promise") and ticket.clocks.exists()


def test_who_is_still_there_stands_as_before(alice: User, bob: User) -> None:
    ticket, other = two()
    hold(ticket, bob)
    DONE["take"](ticket, bob)
    snooze(ticket, at(500), by=bob, now=at(9))
    gesture = merged(other, ticket, by=alice, minute=10)
    lifecycle.change_priority(other, Priority.HIGH, by=alice, now=at(11))
    undo(gesture.pk, by=alice, now=at(20))
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.snoozed_by, ticket.pauses.get().by) == (bob, bob, bob)
