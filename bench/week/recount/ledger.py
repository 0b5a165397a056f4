"""Everything as far as the log has been read: tickets, their promises, who is at work."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.week.hours import Hours
from bench.week.world import ACCOUNTS, Account

DONE = ("resolved", "closed", "ignored")
WAITING = ("pending", "on_hold")
Entry = dict[str, Any]


@dataclass(slots=True)
class Promise:
    metric: str
    minutes: int
    start: datetime
    due: datetime | None = None
    end: datetime | None = None
    kept: bool | None = None
    unanswered: bool = False  # it ended because somebody resolved the ticket
    reached: int = 0
    firm: int | None = None  # the minutes of before, where those promised were over when they were chosen
    next_step: datetime | None = None


@dataclass(slots=True)
class Pause:
    metrics: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    status: str = ""
    by_customer: bool = False  # it ended with what the customer wrote


@dataclass(slots=True, eq=False)
class Ticket:
    account: Account
    opened: datetime
    person: str
    needs: frozenset[str] = frozenset()  # languages
    status: str = "new"
    priority: str = "normal"
    queue: str = "support"
    answered: datetime | None = None
    promises: list[Promise] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    merged: bool = False
    aside: datetime | None = None  # until then it is put aside
    owner: str | None = None

    @property
    def in_hand(self) -> bool:
        """Ours to act on: what whoever has it has in hand."""
        return self.status in ("new", "open") and self.aside is None and not self.merged

    def running(self, *metrics: str) -> list[Promise]:
        return [one for one in self.promises if one.end is None and (not metrics or one.metric in metrics)]


@dataclass(frozen=True, slots=True)
class Gift:
    """The desk gave the ticket of this number (from 0 on) to somebody. `passed`: who would have been before, and what
    kept them."""

    number: int
    how: str
    before: str | None
    to: str
    passed: list[tuple[str, str]]
    at: datetime


@dataclass(slots=True)
class Desk:
    """Everything as far as the log has been read."""

    hours: dict[str, Hours] = field(default_factory=lambda: {one.key: Hours(one) for one in ACCOUNTS})
    tickets: list[Ticket] = field(default_factory=list)
    home: dict[str, Ticket] = field(default_factory=dict)  # message → its ticket
    latest_private: dict[tuple[str, str], Ticket] = field(default_factory=dict)
    before: dict[int, Any] = field(default_factory=dict)  # merge → how all stood before it
    since: dict[int, list[Entry]] = field(default_factory=dict)  # what was said after a merge that may be undone
    counts: Counter[str] = field(default_factory=Counter)
    steps: Counter[tuple[str, int]] = field(default_factory=Counter)
    raised: int = 0
    heard: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)  # message → what it answers, of those heard
    said_in: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)  # conversation, person → what was heard
    all_answers: dict[str, str] = field(default_factory=dict)  # the same of all
    sheets: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # who wrote, to what, as which answer
    answers: Counter[str] = field(default_factory=Counter)
    seen: dict[str, datetime] = field(default_factory=dict)  # when each of us was heard of last
    away: set[str] = field(default_factory=set)
    touched: list[Ticket] = field(default_factory=list)  # by what is being taken in
    reopened: list[Ticket] = field(default_factory=list)
    turns: dict[str, list[str]] = field(default_factory=dict)  # queue → who had one, the latest last
    regulars: dict[str, tuple[datetime, int, str]] = field(
        default_factory=dict
    )  # customer → when, whose answer was last
    gifts: list[Gift] = field(default_factory=list)
