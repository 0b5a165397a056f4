"""Which ticket does a message belong to? Pure: no queries, no clock of its own. In words: docs/rules.md."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tickets.choices import CATEGORY_OF, AfterResolution, MatchAction, Status, StatusCategory


@dataclass(slots=True, kw_only=True)
class TicketFacts:
    """What matching must know of a ticket. `ref` is whatever the caller finds it by again."""

    ref: Any
    customer: Any
    private: bool
    status: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The message, reduced to what matters here. `customer` is who wrote it, or whom we wrote to."""

    customer: Any
    by_us: bool
    private: bool
    sent_at: datetime
    answers: bool = True  # whether it answers another message at all
    aside: bool = False  # it shall open nothing and bring nothing back


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Tickets found for the message, best link first. None: nothing found by that link."""

    parent: TicketFacts | None = None  # holds the message it answers
    child: TicketFacts | None = None  # holds an answer to it that came first
    conversation: TicketFacts | None = None  # same conversation, same customer
    root: TicketFacts | None = None  # holds the message the conversation began with
    quoted: TicketFacts | None = None  # holds the message it quotes
    partner: TicketFacts | None = None  # the latest private ticket with whom it is from or to


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The account's merge rules."""

    public_window: timedelta
    private_window: timedelta
    after_resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`ticket` is the one joined or reopened; for FOLLOW_UP the one that is followed."""

    action: MatchAction
    ticket: TicketFacts | None = None
    reason: dict[str, Any] = field(default_factory=dict)


def match(said: Said, candidates: Candidates, rules: Rules) -> Match:
    """Decide, with the reason. Never looks at the present: windows are measured between the messages' own times."""
    found = _match(said, candidates, rules)
    if said.aside and found.action != MatchAction.JOIN:
        return Match(action=MatchAction.LOOSE, reason={"code": "ignored"})
    return found


def _match(said: Said, candidates: Candidates, rules: Rules) -> Match:
    if said.by_us:
        return _match_ours(said, candidates)
    if said.private:
        return _match_private(said, candidates.partner, rules)
    return _match_public(said, candidates, rules)


def _match_ours(said: Said, candidates: Candidates) -> Match:
    """What we said elsewhere joins the ticket it speaks to, whatever its age and status; it opens nothing.

    An announcement speaks to nobody: people answer it, each in a ticket of their own.
    """
    links: list[tuple[str, TicketFacts | None]] = []
    if said.private:
        links = [("private_partner", candidates.partner)]
    elif said.answers:
        links = [
            ("same_conversation", candidates.parent),
            ("same_conversation", candidates.child),
            ("same_conversation", candidates.conversation),
            ("same_conversation", candidates.root),
        ]
    for code, ticket in links:
        if ticket is not None and ticket.private == said.private:
            return Match(action=MatchAction.JOIN, ticket=ticket, reason={"code": code})
    return Match(action=MatchAction.LOOSE, reason={"code": "speaks_to_no_ticket"})


def _match_private(said: Said, ticket: TicketFacts | None, rules: Rules) -> Match:
    """One private ticket per handle and account, as long as it is not done."""
    if ticket is None:
        return Match(action=MatchAction.OPEN, reason={"code": "first_message"})
    if _category(ticket) != StatusCategory.DONE:
        return Match(action=MatchAction.JOIN, ticket=ticket, reason={"code": "private_partner"})
    return _after_done(said, ticket, window=rules.private_window, rules=rules, code="private_partner")


def _match_public(said: Said, candidates: Candidates, rules: Rules) -> Match:
    """A reply belongs to the conversation it is part of, whoever writes it; a quote joins only
    a ticket of the same customer, for quoting is also how strangers begin.

    A ticket that is over decides only where no other link leads to one that goes on: its follow-up, for example.
    """
    quoted = candidates.quoted
    links = [
        ("same_conversation", candidates.parent),
        ("same_conversation", candidates.child),
        ("same_conversation", candidates.conversation),
        ("same_conversation", candidates.root),
        ("quoted_message", quoted if quoted is not None and quoted.customer == said.customer else None),
    ]
    over: Match | None = None
    for code, ticket in links:
        if ticket is None or ticket.private:
            continue
        found = _joined(said, ticket, rules, code=code)
        if found.action != MatchAction.FOLLOW_UP:
            return found
        over = over or found
    return over or Match(action=MatchAction.OPEN, reason={"code": "new_conversation"})


def _joined(said: Said, ticket: TicketFacts, rules: Rules, *, code: str) -> Match:
    if _category(ticket) == StatusCategory.DONE:
        return _after_done(said, ticket, window=rules.public_window, rules=rules, code=code)
    if _within(said, ticket, rules.public_window):
        return Match(action=MatchAction.JOIN, ticket=ticket, reason={"code": code})
    return _too_old(ticket, rules.public_window)


def _after_done(said: Said, ticket: TicketFacts, *, window: timedelta, rules: Rules, code: str) -> Match:
    if ticket.status == Status.IGNORED and _within(said, ticket, window):
        return Match(action=MatchAction.JOIN, ticket=ticket, reason={"code": code})
    if ticket.status == Status.CLOSED:
        return Match(action=MatchAction.FOLLOW_UP, ticket=ticket, reason={"code": "closed_before"})
    if not _within(said, ticket, window):
        return _too_old(ticket, window)
    if rules.after_resolution == AfterResolution.FOLLOW_UP:
        return Match(action=MatchAction.FOLLOW_UP, ticket=ticket, reason={"code": "resolved_before"})
    return Match(action=MatchAction.REOPEN, ticket=ticket, reason={"code": code})


def _too_old(ticket: TicketFacts, window: timedelta) -> Match:
    hours = int(window.total_seconds() // 3600)
    return Match(action=MatchAction.FOLLOW_UP, ticket=ticket, reason={"code": "window_passed", "hours": hours})


def _within(said: Said, ticket: TicketFacts, window: timedelta) -> bool:
    """Also true for a message older than the ticket's last: it came late, it did not come back."""
    return said.sent_at - ticket.last_message_at <= window


def _category(ticket: TicketFacts) -> StatusCategory:
    return CATEGORY_OF[Status(ticket.status)]
