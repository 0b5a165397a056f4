"""What waits for approval of one statement: seen as one, and decided for all its parts at once, each by the same rules
as an answer alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tickets.approving.deciding import approve, decided, send_back, waiting
from tickets.choices import ApprovalState, Untold, Visibility
from tickets.errors import CannotChange, DeskError
from tickets.incidents.untelling import why_of
from tickets.models import Approval, Statement, StatementPart
from tickets.permissions import visible_tickets

FEWEST = 2  # of one statement are shown as one


@dataclass(slots=True)
class Waiting:
    """Of one statement, for one person: what they may decide, what is not told any more (`void`, with why), and how
    many wait for others. `seen`: they may look at its incident."""

    statement: Statement
    going: list[Approval] = field(default_factory=list)
    void: list[tuple[Approval, Untold]] = field(default_factory=list)
    others: int = 0
    seen: bool = False

    @property
    def says_public(self) -> bool:
        return any(not _is_private(one) for one in self._all)

    @property
    def says_private(self) -> bool:
        """Only who may read private words decides on any."""
        return any(map(_is_private, self._all))

    @property
    def _all(self) -> list[Approval]:
        return [*self.going, *(one for one, _ in self.void)]

    @property
    def keys(self) -> list[int]:
        return [one.pk for one in self._all]


@dataclass(slots=True)
class Decided:
    """By ticket: what was decided, and what was left, with why. `others`: so many wait for somebody else."""

    done: list[int] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)
    others: int = 0


def waiting_of(by: User) -> list[Waiting]:
    """The oldest first; a statement of which one part alone waits is none. One statement where there is none, else
    three."""
    found: dict[int, Waiting] = {}
    for row in _rows(by):
        one = found.setdefault(row.statement_id, Waiting(row.statement))
        why = _why(row)
        if why is None:
            one.going.append(_approval(row))
        else:
            one.void.append((_approval(row), why))
    shown = [one for one in found.values() if len(one.going) >= FEWEST or one.void]
    homes = [one.statement.incident.ticket_id for one in shown]
    seen = set(visible_tickets(by).filter(pk__in=homes).values_list("pk", flat=True)) if shown else set()
    every = _every([one.statement.pk for one in shown]) if shown else {}
    for one in shown:
        one.seen, one.others = one.statement.incident.ticket_id in seen, every[one.statement.pk] - len(one.keys)
    return shown


def statements_for(by: User) -> QuerySet[Statement]:
    """Of which something waits for this person, or was decided meanwhile."""
    own = StatementPart.objects.filter(message__approval__in=waiting(by))
    past = StatementPart.objects.filter(message__approval__in=decided(by))
    return Statement.objects.filter(pk__in=own.union(past).values("statement"))


def approve_all(statement: Statement, *, by: User, now: datetime) -> Decided:
    """Let go what is told still. Raises CannotChange where nothing waits for this person."""
    return _each(statement, lambda one, why: why is None and approve(one, by=by, now=now), by=by)


def send_back_all(statement: Statement, *, by: User, now: datetime, reason: str) -> Decided:
    """Also what is not told any more. Raises CannotChange."""
    return _each(statement, lambda one, why: [send_back(one, by=by, now=now, reason=reason)], by=by)


def clear(statement: Statement, *, by: User, now: datetime) -> Decided:
    """What is not told any more goes back to who wrote it, with why. Raises CannotChange."""

    def act(one: Approval, why: Untold | None) -> Any:
        return why is not None and [send_back(one, by=by, now=now, reason=str(why.label))]

    return _each(statement, act, by=by)


def _each(statement: Statement, act: Callable[[Approval, Untold | None], Any], *, by: User) -> Decided:
    """One by one, as if each were decided alone: what is refused is left."""
    rows = list(_rows(by).filter(statement=statement))
    if not rows:
        raise CannotChange(_("Nothing of it waits for you any more."))
    told = Decided(others=_every([statement.pk]).get(statement.pk, 0) - len(rows))
    for row in rows:
        try:
            with transaction.atomic():
                done = act(_approval(row), _why(row))
        except DeskError as refusal:
            told.left[row.ticket_id] = str(refusal)
        else:
            told.done += [row.ticket_id] if done else []
    return told


def _rows(by: User) -> QuerySet[StatementPart]:
    related = ("incident__ticket", "by")
    rows = StatementPart.objects.filter(message__approval__in=waiting(by)).order_by("statement", "pk")
    parts = ("message__ticket__identity", "message__approval__rule", "message__approval__writer")
    return rows.select_related(*(f"statement__{one}" for one in related), *parts)


def _approval(row: StatementPart) -> Approval:
    assert row.message is not None
    found: Approval = attrgetter("approval")(row.message)  # by its related name, which the type checker may not know
    found.message = row.message
    return found


def _why(row: StatementPart) -> Untold | None:
    ticket = row.message.ticket if row.message is not None else None
    return why_of(row.statement.incident, ticket) if ticket is not None else None


def _is_private(one: Approval) -> bool:
    return one.message is not None and one.message.visibility == Visibility.PRIVATE


def _every(statements: list[int]) -> dict[int, int]:
    """How many wait at all, whoever may decide them."""
    rows = StatementPart.objects.filter(statement__in=statements, message__approval__state=ApprovalState.WAITING)
    return dict(rows.order_by().values_list("statement").annotate(Count("pk")))
