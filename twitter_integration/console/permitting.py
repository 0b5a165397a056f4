"""Whether an action may happen: the person's role, the account's state, the app's tier; and the way by hand if not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twitter_integration import links
from twitter_integration.accounts import why_not_tried
from twitter_integration.choices import TokenState
from twitter_integration.console import naming
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.actor import Actor
from twitter_integration.console.refused import NotOffered, NotPermitted, Refused
from twitter_integration.console.who import refusal, stranger
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import OFFERS, Dialect
from twitter_integration.outgoing.sendable import may_send
from twitter_integration.tiers import dialects
from twitter_integration.tiers import refusal as tier_refusal

_BY_HANDLE = ("person", "@")
NOTHING: Mapping[str, Any] = {}


def check(
    account: PartnerAccount, action: Action, given: Mapping[str, Any], *, actor: Actor, dialect: Dialect | None
) -> Dialect | None:
    """In which dialect it goes; None where X has no part in it. Raises Refused."""
    if told := refusal(actor, action) or stranger(actor, account):
        raise NotPermitted(told, code="role")
    if not action.operation:
        return None
    if told := unfit(account):
        raise Refused(told, code="account")
    found = find_way(account, action, given, dialect=dialect)
    if found is None:
        told = why_not(account, action, given) or _("This app may not do it in the dialect %s.") % dialect
        raise NotOffered(told, code="tier", by_hand=by_hand(account, action, given))
    return found


def ways_open(account: PartnerAccount, action: Action) -> list[Dialect]:
    """In which dialects this account's app may do it and we know how, the preferred one first."""
    offered = dialects(action.operation, account.app.tier, changes=account.app.offers)
    known = action.ways if action.door is None else (Dialect.V2,)  # the outbox speaks v2
    return [dialect for dialect in offered if dialect in known]


def find_way(
    account: PartnerAccount, action: Action, given: Mapping[str, Any] = NOTHING, *, dialect: Dialect | None = None
) -> Dialect | None:
    """The dialect asked for or the preferred one; None where that is not open, or cannot do it to what is given."""
    if not action.operation:
        return None
    found = ways_open(account, action)
    if action.fit is not None and given:
        found = [dialect for dialect in action.fit(account, given) if dialect in found]
    if dialect is not None:
        return dialect if dialect in found else None
    return found[0] if found else None


def why_not(account: PartnerAccount, action: Action, given: Mapping[str, Any] = NOTHING) -> str:
    """Why this account's app may not, in a sentence; empty when it may."""
    if not action.operation or find_way(account, action, given) is not None:
        return ""
    told = tier_refusal(action.operation, account.app.tier, changes=account.app.offers)
    return " ".join(
        filter(
            None,
            (
                told or _("The dialects open to this app have no call for it."),
                _(action.lacking) if action.lacking else "",
            ),
        )
    )


def warning(account: PartnerAccount, action: Action, given: Mapping[str, Any], *, now: datetime) -> str:
    """What who confirms it must know of X's rules; empty where nothing speaks against it."""
    if action.operation != "posts.reply":
        return ""
    return may_send(account.page_id, private=False, in_reply_to=str(given["post"]), now=now).reason


def unfit(account: PartnerAccount) -> str:
    """Why this account can do nothing at all; empty when it can."""
    if account.purged_at is not None:
        return why_not_tried(account)
    if not account.enabled:
        return _("This X account is switched off.")
    if not account.is_connected:
        return _("This X account is not connected: an administrator must connect it.")
    if account.token_state == TokenState.DEAD:
        return XError(ErrorKind.DEAD_TOKEN).said
    return ""


def by_hand(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> str:
    """Where on X a person can do it, or what is nearest to that; empty where there is no such place. One statement at
    most, for who is called by a handle where X's place wants an id: who it is stands there before anything is done."""
    if not action.operation:
        return ""
    wanted, known = {field.name for field in action.fields}, _known(account, action, given)
    if link := links.by_hand_link(action.operation, **known):
        return link
    if "person" in wanted and "person" not in known and "handle" in known:
        known["person"] = naming.seen_as(known["handle"])
    return links.by_hand_link(action.operation, **known) or _nearest(action, wanted, known)


def place_by_hand(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> str:
    """The very place on X where it is done to what is given; empty where there is none."""
    return links.by_hand_link(action.operation, **_known(account, action, given)) if action.operation else ""


def _known(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> dict[str, str]:
    """What X's addresses can be told. A person called by a handle has no id yet, which some of them want."""
    told = {name: value for name, value in given.items() if isinstance(value, str) and value}
    known = {name: value for name, value in told.items() if (name, value[:1]) != _BY_HANDLE}
    if "quote" in known:
        known["link"] = links.post_link(known["quote"])
    if all(field.name != "person" for field in action.fields):  # never in place of somebody not named yet
        known.setdefault("handle", account.page_name)
    elif (person := told.get("person", "")).startswith("@"):
        known.setdefault("handle", person[1:])
    return known | {"own": account.page_name}


def _nearest(action: Action, wanted: set[str], known: Mapping[str, str]) -> str:
    """Where a person finds on X what was not named yet; empty where X has no place for the act at all."""
    if not OFFERS[action.operation].by_hand:
        return ""
    if "person" in wanted and known.get("handle"):
        return links.profile_link(known["handle"])
    if action.scope == Scope.PRIVATE:
        return links.place("/messages")
    return links.place(f"/{known['own']}/lists" if "list" in wanted else "/home")
