"""What a page of the console shows of X: what was read last, and what somebody just asked X for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from twitter_integration.console import doing, found, offering, remembering
from twitter_integration.console.action import Action, Kind
from twitter_integration.console.actor import Actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.known import READ_BY
from twitter_integration.console.refused import Refused
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import PartnerAccount

_SIZES = (20, 50, 100)  # rows of a page; 20 is what is read where nothing is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The reading a page shows. `sizes`: how many rows may be asked for, and what so many cost at most, in US dollars.
    `named`: of what it is read, where that was chosen. `stays`: what it tells is kept for a "day", or in
    the "form" it fills."""

    offer: offering.Offered
    sizes: Sequence[tuple[int, Decimal]]
    named: Sequence[tuple[str, str]]
    stays: str


def is_simple(action: Action) -> bool:
    """Whether it is read without being told anything."""
    return action.reads and not any(field.required for field in action.fields)


def show(
    request: HttpRequest, account: PartnerAccount, actions: Sequence[Action], *, actor: Actor, filled: bool
) -> dict[str, Any]:
    """`read` in the address: X is asked. `show`: what was read before is told again; without either that of the first
    reading of the tab, unless a form is filled in. What is kept in Kapture costs nothing, and is told at once."""
    if (name := request.GET.get("read")) is not None:
        if name not in ACTIONS or not ACTIONS[name].reads:
            raise Http404
        return _read(request, account, ACTIONS[name], actor=actor)
    simple = [action for action in actions if is_simple(action)]
    if (name := request.GET.get("show")) is None:
        action = None if filled else next(iter(simple), None)
    elif (action := next((one for one in actions if one.name == name and one.reads), None)) is None:
        raise Http404
    if action is None:
        return {}
    if not action.operation and is_simple(action):
        return _read(request, account, action, actor=actor)
    return _recall(request, account, action, actor=actor)


def panel(request: HttpRequest, offers: Sequence[offering.Offered], action: Action | None) -> Panel | None:
    """How it is read, or read again."""
    offer = next((one for one in offers if one.action is action), None)
    if offer is None:
        return None
    asked = {field.name for field in offer.action.fields}
    sizes = [(size, offer.price * size) for size in _SIZES] if "count" in asked and offer.action.operation else []
    named = [
        (field.name, value) for field in offer.action.fields if field.required and (value := given(request, field))
    ]
    fills = offer.action.name in READ_BY.values()
    stays = "form" if fills else "day" if remembering.is_kept(offer.action) else ""
    return Panel(offer=offer, sizes=sizes, named=named, stays=stays)


def given(request: HttpRequest, field: Any) -> str:
    """What the address names; of lists also one that is not among those to choose from."""
    other = request.GET.get(f"{field.name}-other", "") if field.kind == Kind.LIST else ""
    return other.strip() or request.GET.get(field.name, "")


def _read(request: HttpRequest, account: PartnerAccount, action: Action, *, actor: Actor) -> dict[str, Any]:
    values = {field.name: value for field in action.fields if (value := given(request, field))}
    now = timezone.now()
    try:
        order = doing.Order(action=action.name, values=values)
        done = doing.perform(account, order, actor=actor, now=now)
    except (BadInput, Refused) as error:
        return {"read": action, "refused": error.sentence, "by_hand": getattr(error, "by_hand", "")}
    remembering.keep(account, action, values, done.outcome, now=now)
    query = request.GET.copy()
    query["read"], query["page"] = action.name, done.outcome.next_page
    more = query.urlencode() if done.outcome.next_page else ""
    rows = found.show(account, action, done.outcome.rows, given=values, actor=actor)
    facts = done.outcome.facts
    about = {name: facts.get(name, "") for name in ("name", "description", "text")} if values.get("collection") else {}
    read_at = now if action.operation else None
    return {
        "read": action,
        "rows": rows,
        "more": more,
        "carried": values.get("collection", ""),
        "read_at": read_at,
    } | about


def _recall(request: HttpRequest, account: PartnerAccount, action: Action, *, actor: Actor) -> dict[str, Any]:
    """X is not asked."""
    values = {field.name: value for field in action.fields if field.required and (value := given(request, field))}
    kept = remembering.recall(account, action, about=values.get("list", ""), now=timezone.now())
    if kept is None or offering.why_not(account, action, actor=actor):
        return {"read": action, "unread": True}
    query = request.GET.copy()
    query.pop("show", None)
    query["read"], query["page"] = action.name, kept.next_page
    more = query.urlencode() if kept.next_page else ""
    rows = found.show(account, action, kept.rows, given=values, actor=actor)
    return {"read": action, "rows": rows, "more": more, "read_at": kept.at}
