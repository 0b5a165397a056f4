"""The console's forms as a page shows them: what each asks, whether it is open, what it costs, what stands in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from twitter_integration.console import costing, permitting, who
from twitter_integration.console.action import Action
from twitter_integration.console.actor import Actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import AccountView, PartnerAccount

PROFILE = "update-profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One form. `sheet` is new for each: handed in twice, it is done once. `known`: what X says now of these fields;
    what stays so is not sent."""

    action: Action
    why_not: str
    by_hand: str
    price: Decimal
    by_row: bool
    sheet: UUID
    known: Mapping[str, str]


def offers(
    account: PartnerAccount, actions: Iterable[Action], *, actor: Actor, now: datetime, sheet: Callable[[], UUID]
) -> list[Offered]:
    chosen = list(actions)
    known = _profile(account) if any(action.name == PROFILE for action in chosen) else {}
    prices = costing.prices_of(account, chosen, now=now)
    return [
        Offered(
            action=action,
            why_not=why_not(account, action, actor=actor),
            by_hand=permitting.by_hand(account, action, {}),
            price=prices[action.name],
            by_row=costing.is_by_row(action),
            sheet=sheet(),
            known=known if action.name == PROFILE else {},
        )
        for action in chosen
    ]


def _profile(account: PartnerAccount) -> dict[str, str]:
    """As it was read last; nothing before it was."""
    view = AccountView.objects.filter(account=account, profile_at__isnull=False).first()
    names = {"description": "bio"}
    told = view.profile if view is not None else {}
    return {f.name: str(told.get(names.get(f.name, f.name)) or "") for f in ACTIONS[PROFILE].fields} if told else {}


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
