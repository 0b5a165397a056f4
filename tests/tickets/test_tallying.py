"""How the rows of a statement are counted (docs/rules.md, "Incidents")."""

from typing import Any

import pytest

from tickets.choices import PartState, SendState
from tickets.incidents.tallying import Elsewhere, Fact, count

BEN, CARL = 1, 2


def fact(pk: int, customer: int = BEN, state: str = PartState.REFUSED, sent: str | None = None, **more: Any) -> Fact:
    facts: dict[str, Any] = {"message": pk if sent else None, "seen": True} | more
    return Fact(statement=1, pk=pk, ticket=30 + pk, customer=customer, state=state, sent=sent, **facts)


def sent(pk: int, **more: Any) -> Fact:
    return fact(pk, state=PartState.QUEUED, sent=SendState.SENT, **more)


@pytest.mark.parametrize(
    ("facts", "counted", "elsewhere"),
    [
        ([fact(1), sent(8)], (1, 1, 0, 0), {1: Elsewhere(38, out=True)}),
        ([fact(1), fact(8, state=PartState.WAITING)], (1, 0, 0, 0), {1: Elsewhere(38, out=False)}),
        ([fact(1), sent(8, seen=False)], (0, 0, 0, 0), {1: Elsewhere(None, out=True)}),
        ([fact(1), fact(8)], (2, 0, 2, 0), {}),
        ([fact(1), fact(8, state=PartState.QUEUED)], (2, 0, 1, 1), {}),
        ([fact(1, CARL), sent(8)], (2, 1, 1, 0), {}),
        ([fact(1, CARL, seen=False), sent(8)], (1, 1, 0, 0), {}),
    ],
)
def test_who_is_told_on_another_ticket_is_not_refused(
    facts: list[Fact], counted: tuple[int, ...], elsewhere: dict[int, Elsewhere]
) -> None:
    found = count(facts)
    assert (found.every, found.out, found.refused, found.taken) == counted
    assert found.elsewhere == elsewhere
