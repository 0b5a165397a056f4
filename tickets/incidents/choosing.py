"""Whom a statement goes to, of all whom it might: each customer once, in public or in private, and no words that
several would be told alike in public.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tickets.choices import PartState
from tickets.errors import CannotSend
from tickets.incidents.filling import fill, same_among
from tickets.models import Statement, StatementPart, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one customer would be told. `reason`: why not. `rule`, `word`: by which it waits for approval.
    `told_on`: on which other ticket they are told; for who looks alone, who sees both, and never kept in the row."""

    ticket: Ticket
    text: str
    reason: str = ""
    price: Decimal = Decimal(0)
    rule: str = ""
    word: str = ""
    told_on: int | None = None


def text_for(ticket: Ticket, text: str) -> str:
    who = ticket.identity
    handle = f"@{who.handle}" if who.handle else who.shown_name
    return fill(text, {"handle": handle, "name": who.name or handle, "number": f"#{ticket.pk}"})


def once_each(looked_at: Sequence[Told]) -> list[Told]:
    """Of several tickets of one customer that may be answered, the latest is: also of public and private ones."""
    able = sorted((one for one in looked_at if not one.reason), key=lambda one: _recency(one.ticket))
    chosen = {one.ticket.customer_id: one.ticket.pk for one in able}
    heard = [one for one in able if chosen[one.ticket.customer_id] == one.ticket.pk]
    twice = same_among(one.text for one in heard if not one.ticket.private)
    return [_spare(one, chosen.get(one.ticket.customer_id), twice) for one in looked_at]


def _spare(one: Told, chosen: int | None, twice: set[str]) -> Told:
    if one.reason:
        return one
    if chosen != one.ticket.pk:
        return replace(one, reason=_once(), price=Decimal(0), told_on=chosen)
    if not one.ticket.private and one.text in twice:
        return replace(one, reason=_alike(), price=Decimal(0))
    return one


def check_once(part: StatementPart, statement: Statement, ticket: Ticket, text: str) -> None:
    """The same once more, before it goes: what was refused may be tried again. Raises CannotSend. One statement."""
    others = list(statement.parts.exclude(pk=part.pk).select_related("ticket__identity"))
    own = [one for one in others if one.ticket.customer_id == ticket.customer_id]
    if any(one.state != PartState.REFUSED for one in own):
        raise CannotSend(_once())
    in_public = (one for one in others if one not in own and not one.ticket.private)
    if not ticket.private and text in _texts(statement, in_public):
        raise CannotSend(_alike())


def _texts(statement: Statement, parts: Iterable[StatementPart]) -> set[str]:
    return {text_for(one.ticket, statement.public) for one in parts}


def _recency(ticket: Ticket) -> tuple[object, int]:
    return ticket.last_message_at, ticket.pk


def _once() -> str:
    """Without the number: who reads it may not know of the other ticket."""
    return _("This customer is told once, on the latest of their tickets.")


def _alike() -> str:
    return _("Several would be told the very same words in public, which is refused as a bulk post. Use {handle}.")
