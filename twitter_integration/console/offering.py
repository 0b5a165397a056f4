"""The console's forms as a page shows them: what each asks, whether it is open, what it costs; and rows in words."""

from collections.abc import Callable, Iterable
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
from twitter_integration.console.showing import as_line
from twitter_integration.events import DirectMessage, Person, Post
from twitter_integration.models import PartnerAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One form. `sheet` is new for each: handed in twice, it is done once."""

    action: Action
    why_not: str
    by_hand: str
    price: Decimal
    by_row: bool
    sheet: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A row in words. `handle` leads to a page on X, `text` is what was said."""

    id: str
    title: str
    text: str
    at: datetime | None = None
    protected: bool = False


def offers(
    account: PartnerAccount, actions: Iterable[Action], *, actor: Actor, now: datetime, sheet: Callable[[], UUID]
) -> list[Offered]:
    chosen = list(actions)
    prices = costing.prices_of(account, chosen, now=now)
    return [
        Offered(
            action=action,
            why_not=why_not(account, action, actor=actor),
            by_hand=permitting.by_hand(account, action, {}),
            price=prices[action.name],
            by_row=costing.is_by_row(action),
            sheet=sheet(),
        )
        for action in chosen
    ]


def why_not(account: PartnerAccount, action: Action, *, actor: Actor) -> str:
    """Why the role, the account or the tier forbids it; empty when none does."""
    told = who.refusal(actor, action)
    if told or not action.operation:
        return told
    return permitting.unfit(account) or permitting.why_not(account, action)


def read_day(text: str) -> datetime | None:
    """The end of an act as a form gives it: a day, from its first moment in UTC. Raises BadInput."""
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("until", _("A day is wanted, as 2026-12-24.")) from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def shown(row: Any) -> Shown:
    if isinstance(row, Post):
        author = row.author
        return Shown(
            id=row.id,
            title=f"@{author.handle or author.id}",
            text=row.text,
            at=row.created_at,
            protected=bool(author.protected),
        )
    if isinstance(row, Person):
        return Shown(id=row.id, title=f"@{row.handle}", text=row.name, protected=bool(row.protected))
    if isinstance(row, DirectMessage):
        return Shown(id=row.id, title=f"@{row.sender.handle or row.sender.id}", text=row.text, at=row.created_at)
    if hasattr(row, "last"):
        person = row.person
        return Shown(id=person.id, title=f"@{person.handle or person.id}", text=row.last.text, at=row.last.created_at)
    if isinstance(row, dict):
        words = ", ".join(f"{name}: {value}" for name, value in row.items() if name != "id")
        return Shown(id=str(row.get("id", "")), title="", text=words)
    named = str(getattr(row, "name", "") or getattr(row, "person", ""))
    return Shown(id=row.id, title=named, text=str(getattr(row, "text", "") or getattr(row, "note", "") or _rest(row)))


def _rest(row: Any) -> str:
    return str(getattr(row, "description", "")) if hasattr(row, "description") else as_line(row)
