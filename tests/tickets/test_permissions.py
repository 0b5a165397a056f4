"""Who may know that a ticket exists, and who may do what."""

from typing import get_args

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.factories import make_agent, make_message, make_outsider, make_person, make_ticket
from tests.tickets.rights import without
from tickets.errors import NotAllowed
from tickets.permissions import Verb, may, require, visible_messages, visible_tickets

pytestmark = pytest.mark.django_db
VERBS: tuple[Verb, ...] = get_args(Verb)


# docs/rules.md, "Who may do what", tells the same.
WORK: set[Verb] = {"see", "work", "send", "see_private"}
ROLES: dict[str, set[Verb]] = {
    "Agents": WORK,
    "Supervisors": WORK | {"approve", "publish", "every_queue", "report"},
    "Administrators": set(VERBS),
    "Auditors": {"see", "see_private", "every_queue", "report", "audit"},
    "API clients": WORK,
    "": set(),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_holds_what_the_table_says(role: str, verb: Verb) -> None:
    assert may(make_person("somebody", role=role), verb) == (verb in ROLES[role])
    assert not may(AnonymousUser(), verb)


@pytest.mark.parametrize("verb", VERBS)
def test_a_deactivated_agent_may_do_nothing(verb: Verb) -> None:
    assert not may(make_agent("alice", is_active=False), verb)


def test_a_refusal_is_a_sentence() -> None:
    with pytest.raises(NotAllowed, match="You may not answer customers"):
        require(without(make_agent("alice"), "send_reply"), "see", "work", "send")


def test_an_outsider_sees_no_ticket() -> None:
    make_ticket(), make_ticket(private=True)
    assert not visible_tickets(make_outsider()).exists()
    assert not visible_tickets(AnonymousUser()).exists()


def test_without_the_right_to_read_private_messages_private_tickets_do_not_exist() -> None:
    public, private = make_ticket(), make_ticket(private=True)
    bob = without(make_agent("bob"), "see_private")
    assert list(visible_tickets(bob)) == [public]
    assert not visible_tickets(bob).filter(pk=private.pk).exists()
    assert set(visible_tickets(make_agent("alice"))) == {public, private}


def test_privacy_is_a_matter_of_each_message() -> None:
    ticket = make_ticket()
    public, private = make_message(ticket), make_message(ticket, visibility="private", kind="direct")
    make_message(make_ticket(private=True), visibility="internal", kind="note", direction="internal")
    assert list(visible_messages(without(make_agent("bob"), "see_private"))) == [public]
    assert {public, private} < set(visible_messages(make_agent("alice")))


def test_an_outsider_reads_nothing() -> None:
    make_message()
    assert not visible_messages(make_outsider()).exists()
    assert not visible_messages(AnonymousUser()).exists()
