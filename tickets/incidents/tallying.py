"""How far a statement is: for how many it is out, who was refused, and who is told on another ticket of theirs. Reads
only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from tickets.choices import PartState, SendState
from tickets.models import Statement, StatementPart
from tickets.permissions import visible_tickets


class Fact(NamedTuple):
    """One row, as far as it is counted. `sent`: how its answer stands, if there is one; `seen`: they may see it."""

    statement: int
    pk: int
    ticket: int
    customer: int
    state: str
    message: int | None
    sent: str | None
    seen: bool

    @property
    def taken(self) -> bool:
        return self.state == PartState.QUEUED and self.message is None

    @property
    def untold(self) -> bool:
        return self.state == PartState.REFUSED or self.taken


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a customer is told instead: on no ticket that may be named, for who may not see it. `out`: they were."""

    ticket: int | None
    out: bool


@dataclass(slots=True)
class Tally:
    """`every` without those who are told on another ticket, by row in `elsewhere`."""

    every: int = 0
    out: int = 0
    failed: int = 0
    refused: int = 0
    taken: int = 0
    elsewhere: dict[int, Elsewhere] = field(default_factory=dict)

    @property
    def untold(self) -> int:
        return self.refused + self.taken


def tally(statements: Collection[Statement], *, by: User | AnonymousUser) -> dict[int, Tally]:
    """By statement. One statement, however many."""
    parts = _with_seen(StatementPart.objects.filter(statement__in=statements).order_by("pk"), by)
    columns = ("statement", "pk", "ticket", "ticket__customer", "state", "message", "message__outbox__state", "seen")
    facts = [Fact(*row) for row in parts.values_list(*columns)]
    return {one.pk: count(fact for fact in facts if fact.statement == one.pk) for one in statements}


def rows_of(statement: Statement, *, by: User | AnonymousUser) -> tuple[list[StatementPart], Tally]:
    """Those the person may see, with what is told on them, and how they are counted. One statement."""
    parts = _with_seen(statement.parts.order_by("pk"), by).select_related(
        "ticket", "message__ticket", "message__outbox"
    )
    rows: list[Any] = list(parts)
    facts = (
        Fact(
            row.statement_id,
            row.pk,
            row.ticket_id,
            row.ticket.customer_id,
            row.state,
            row.message_id,
            _sent(row),
            row.seen,
        )
        for row in rows
    )
    return [row for row in rows if row.seen], count(facts)


def _sent(row: StatementPart) -> str | None:
    return getattr(getattr(row.message, "outbox", None), "state", None)


def _with_seen(parts: QuerySet[StatementPart], by: User | AnonymousUser) -> QuerySet[StatementPart]:
    seen = Q(ticket__in=visible_tickets(by).values("pk"))
    return parts.annotate(seen=ExpressionWrapper(seen, output_field=BooleanField()))


def count(facts: Iterable[Fact]) -> Tally:
    """Of one statement, the rows they may see."""
    every = list(facts)
    told = {fact.customer: fact for fact in every if not fact.untold}
    found = Tally()
    for fact in every:
        if fact.seen:
            _add(found, fact, told)
    return found


def _add(found: Tally, fact: Fact, told: Mapping[int, Fact]) -> None:
    there = told.get(fact.customer)
    if fact.untold and there is not None:
        found.elsewhere[fact.pk] = Elsewhere(there.ticket if there.seen else None, there.sent == SendState.SENT)
        return
    found.every += 1
    found.out += fact.sent == SendState.SENT
    found.failed += fact.sent == SendState.FAILED
    found.taken += fact.taken
    found.refused += fact.state == PartState.REFUSED
