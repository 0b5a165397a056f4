"""Which ticket does a message belong to? One test for each rule of docs/rules.md, under the same name."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import NOW
from tickets.choices import AfterResolution, MatchAction, Status
from tickets.matching import Candidates, Match, Rules, Said, TicketFacts, match

DAY = timedelta(days=1)
RULES = Rules(public_window=14 * DAY, private_window=7 * DAY, after_resolution=AfterResolution.REOPEN)
FOLLOW = Rules(public_window=14 * DAY, private_window=7 * DAY, after_resolution=AfterResolution.FOLLOW_UP)
LINKS = ("parent", "child", "conversation", "root")


def ticket(status: str = Status.OPEN, *, customer: str = "ana", private: bool = False, days: float = 0) -> TicketFacts:
    """A ticket whose last message is `days` old."""
    return TicketFacts(
        ref=1, customer=customer, private=private, status=status, last_message_at=NOW - timedelta(days=days)
    )


def said(**fields: Any) -> Said:
    told: dict[str, Any] = {"customer": "ana", "by_us": False, "private": False, "sent_at": NOW}
    return Said(**(told | fields))


def outcome(found: Match) -> tuple[str, str]:
    return found.action, found.reason["code"]


def test_a_new_conversation_opens_a_ticket() -> None:
    assert outcome(match(said(), Candidates(), RULES)) == (MatchAction.OPEN, "new_conversation")


@pytest.mark.parametrize("link", LINKS)
def test_a_message_of_the_same_conversation_joins_its_ticket(link: str) -> None:
    found = match(said(), Candidates(**{link: ticket()}), RULES)
    assert outcome(found) == (MatchAction.JOIN, "same_conversation")


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.IGNORED])
def test_a_ticket_that_is_not_done_or_is_ignored_is_joined(status: str) -> None:
    assert match(said(), Candidates(parent=ticket(status)), RULES).action == MatchAction.JOIN


@pytest.mark.parametrize("link", LINKS)
def test_a_bystander_joins_the_conversation(link: str) -> None:
    found = match(said(customer="ben"), Candidates(**{link: ticket()}), RULES)
    assert outcome(found) == (MatchAction.JOIN, "same_conversation")


def test_the_message_answered_counts_more_than_the_conversation() -> None:
    nearer, wider = ticket(), ticket()
    assert match(said(), Candidates(conversation=wider, parent=nearer), RULES).ticket is nearer


def test_a_quote_joins_the_ticket_of_the_same_customer_only() -> None:
    own = match(said(), Candidates(quoted=ticket()), RULES)
    strange = match(said(customer="ben"), Candidates(quoted=ticket()), RULES)
    assert outcome(own) == (MatchAction.JOIN, "quoted_message")
    assert outcome(strange) == (MatchAction.OPEN, "new_conversation")


@pytest.mark.parametrize("link", [*LINKS, "quoted"])
def test_a_public_message_never_joins_a_private_ticket(link: str) -> None:
    found = match(said(), Candidates(**{link: ticket(private=True)}), RULES)
    assert outcome(found) == (MatchAction.OPEN, "new_conversation")


@pytest.mark.parametrize(
    ("days", "action"),
    [(13.9, MatchAction.JOIN), (14, MatchAction.JOIN), (14.01, MatchAction.FOLLOW_UP), (400, MatchAction.FOLLOW_UP)],
)
def test_the_public_window_is_measured_from_the_tickets_last_message(days: float, action: str) -> None:
    assert match(said(), Candidates(parent=ticket(days=days)), RULES).action == action


def test_a_conversation_that_slept_too_long_is_followed_up() -> None:
    found = match(said(), Candidates(parent=ticket(days=15)), RULES)
    assert outcome(found) == (MatchAction.FOLLOW_UP, "window_passed")
    assert found.reason["hours"] == 14 * 24


def test_a_message_that_comes_late_is_not_too_old() -> None:
    found = match(said(sent_at=NOW - 30 * DAY), Candidates(parent=ticket()), RULES)
    assert found.action == MatchAction.JOIN


@pytest.mark.parametrize(
    ("status", "days", "rules", "expected"),
    [
        (Status.RESOLVED, 1, RULES, (MatchAction.REOPEN, "same_conversation")),
        (Status.RESOLVED, 15, RULES, (MatchAction.FOLLOW_UP, "window_passed")),
        (Status.RESOLVED, 1, FOLLOW, (MatchAction.FOLLOW_UP, "resolved_before")),
        (Status.CLOSED, 1, RULES, (MatchAction.FOLLOW_UP, "closed_before")),
        (Status.CLOSED, 15, RULES, (MatchAction.FOLLOW_UP, "closed_before")),
        (Status.IGNORED, 1, RULES, (MatchAction.JOIN, "same_conversation")),
        (Status.IGNORED, 1, FOLLOW, (MatchAction.JOIN, "same_conversation")),
        (Status.IGNORED, 15, RULES, (MatchAction.FOLLOW_UP, "window_passed")),
    ],
)
def test_what_a_message_does_to_a_done_ticket(
    status: str, days: float, rules: Rules, expected: tuple[str, str]
) -> None:
    assert outcome(match(said(), Candidates(parent=ticket(status, days=days)), rules)) == expected


@pytest.mark.parametrize("over", [{"status": Status.CLOSED, "days": 1}, {"days": 15}])
def test_what_is_said_after_a_follow_up_was_opened_joins_it(over: dict[str, Any]) -> None:
    follow_up = ticket(days=0)
    found = match(said(), Candidates(parent=ticket(**over), conversation=follow_up), RULES)
    assert (found.action, found.ticket) == (MatchAction.JOIN, follow_up)


def test_the_first_private_message_opens_a_ticket() -> None:
    found = match(said(private=True), Candidates(), RULES)
    assert outcome(found) == (MatchAction.OPEN, "first_message")


@pytest.mark.parametrize("days", [1, 8, 400])
def test_one_private_ticket_per_customer_and_account_as_long_as_it_is_not_done(days: float) -> None:
    found = match(said(private=True), Candidates(partner=ticket(private=True, days=days)), RULES)
    assert outcome(found) == (MatchAction.JOIN, "private_partner")


@pytest.mark.parametrize(
    ("status", "days", "expected"),
    [
        (Status.RESOLVED, 6, (MatchAction.REOPEN, "private_partner")),
        (Status.RESOLVED, 8, (MatchAction.FOLLOW_UP, "window_passed")),
        (Status.CLOSED, 1, (MatchAction.FOLLOW_UP, "closed_before")),
        (Status.IGNORED, 1, (MatchAction.JOIN, "private_partner")),
    ],
)
def test_what_a_private_message_does_to_a_done_ticket(status: str, days: float, expected: tuple[str, str]) -> None:
    done = ticket(status, private=True, days=days)
    assert outcome(match(said(private=True), Candidates(partner=done), RULES)) == expected


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("status", list(Status))
def test_what_we_said_elsewhere_joins_whatever_the_age_and_status(link: str, status: str) -> None:
    found = match(said(by_us=True), Candidates(**{link: ticket(status, days=400)}), RULES)
    assert outcome(found) == (MatchAction.JOIN, "same_conversation")


def test_what_we_said_to_nobody_opens_nothing() -> None:
    assert outcome(match(said(by_us=True), Candidates(), RULES)) == (MatchAction.LOOSE, "speaks_to_no_ticket")
    alone = match(said(by_us=True, private=True), Candidates(), RULES)
    assert outcome(alone) == (MatchAction.LOOSE, "speaks_to_no_ticket")


def test_what_we_quote_joins_nothing() -> None:
    assert match(said(by_us=True), Candidates(quoted=ticket()), RULES).action == MatchAction.LOOSE
