"""The console's forms as a page shows them: what each asks, whether it is open, what it costs, what stands in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from twitter_integration.console import costing, permitting, who
from twitter_integration.console.action import Action
from twitter_integration.console.actor import Actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.known import READ_BY, known_of
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import PartnerAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One form. `sheet` is new for each: handed in twice, it is done once. `known`: what X said last of these fields,
    at `known_at`; what stays so is not sent. `reads_again`: the reading that tells them, where it is open."""

    action: Action
    why_not: str
    by_hand: str
    price: Decimal
    by_row: bool
    sheet: UUID
    known: Mapping[str, str]
    known_at: datetime | None
    reads_again: str


def offers(
    account: PartnerAccount, actions: Iterable[Action], *, actor: Actor, now: datetime, sheet: Callable[[], UUID]
) -> list[Offered]:
    chosen = list(actions)
    known = known_of(account) if any(action.name in READ_BY for action in chosen) else {}
    prices = costing.prices_of(account, chosen, now=now)
    return [
        Offered(
            action=action,
            why_not=why_not(account, action, actor=actor),
            by_hand=permitting.by_hand(account, action, {}),
            price=prices[action.name],
            by_row=costing.is_by_row(action),
            sheet=sheet(),
            known=known[action.name].values if action.name in known else {},
            known_at=known[action.name].at if action.name in known else None,
            reads_again=_reading(account, action, actor=actor),
        )
        for action in chosen
    ]


def _reading(account: PartnerAccount, action: Action, *, actor: Actor) -> str:
    name = READ_BY.get(action.name, "")
    return name if name and not why_not(account, ACTIONS[name], actor=actor) else ""


def why_not(
    account: PartnerAccount, action: Action, given: Mapping[str, Any] = permitting.NOTHING, *, actor: Actor
) -> str:
    """Why the role, the account or the tier forbids it; empty when none does."""
    told = who.refusal(actor, action)
    if told or not action.operation:
        return told
    return permitting.unfit(account) or permitting.why_not(account, action, given)


def read_day(text: str) -> datetime | None:
    """The end of an act as a form gives it: a day, from its first moment in UTC. Raises BadInput."""
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("until", _("A day is wanted, as 2026-12-24.")) from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)
