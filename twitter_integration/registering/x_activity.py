"""X Activity: one order per event type and account; there is none for everything (x-api 3.3)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from twitter_integration.client import Auth
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.registering.dialect import Allowance, Line, Order, number
from twitter_integration.registering.hooks import (
    HOOK_AUTH,
    challenge_hook,
    create_hook,
    delete_hook,
    list_hooks,
    replay,
)

__all__ = ["AUTH", "EVENT_TYPES", "challenge_hook", "count", "create_hook", "delete_hook", "list_hooks", "list_orders"]
__all__ += ["place", "replay", "wanted", "withdraw"]

# Live testing by others found that placing a private order takes the account's own OAuth 1.0a signature, and listing
# and deleting the app's token, whatever the published schema says (x-api 8, gotcha 34).
AUTH: Mapping[str, Auth] = {**HOOK_AUTH, "place": "user", "list_orders": "app", "withdraw": "app", "count": "app"}
PATH = "/2/activity/subscriptions"
PAGE_SIZE = "1000"
TAG = "kapture"
# What a brand's desk lives on, as (event type, direction).
EVENT_TYPES: tuple[tuple[str, str], ...] = (
    ("post.create", ""),
    ("post.delete", ""),
    ("post.mention.create", ""),
    ("post.reply.create", ""),
    ("post.quote.create", ""),
    ("post.repost.create", ""),
    ("like.create", "inbound"),
    ("like.create", "outbound"),
    ("follow.follow", ""),
    ("follow.unfollow", ""),
    ("block.block", ""),
    ("block.unblock", ""),
    ("mute.mute", ""),
    ("mute.unmute", ""),
    ("dm.received", ""),
    ("dm.sent", ""),
    ("dm.read", ""),
    ("dm.indicate_typing", ""),
    ("chat.received", ""),
    ("chat.sent", ""),
    ("profile.update.handle", ""),
    ("profile.update.screenname", ""),
    ("profile.update.bio", ""),
    ("profile.update.profile_picture", ""),
    ("oauth.revoke", ""),
)
# Its filter is empty: one order speaks for all accounts of the app.
OF_THE_APP = frozenset({"oauth.revoke"})


def wanted(user_id: str) -> Iterable[Order]:
    return [Order(user_id=user_id, event_type=kind, direction=direction) for kind, direction in EVENT_TYPES]


def list_orders(line: Line, hook_id: str) -> list[Order]:
    return [order for order, leads_to in _pages(line) if leads_to == hook_id]


def place(line: Line, hook_id: str, order: Order) -> str | None:
    body = {"event_type": order.event_type, "filter": _filter(order), "webhook_id": hook_id, "tag": TAG}
    try:
        answer = line.call("place", "POST", PATH, body=body)
    except XError as error:
        if error.kind != ErrorKind.ALREADY:
            raise
        return None
    return next((found.x_id for found, _ in read_orders(answer.document)), "")


def withdraw(line: Line, hook_id: str, order: Order) -> None:
    line.call("withdraw", "DELETE", f"{PATH}/{order.x_id}")


def count(line: Line) -> Allowance:
    """X tells the total with every list; its allowance only in its price list."""
    answer = line.call("count", "GET", PATH, query={"max_results": "1"})
    meta = answer.document.get("meta")
    total = number(meta.get("total_subscriptions")) if isinstance(meta, dict) else None
    return Allowance(used=total if total is not None else sum(1 for _ in _pages(line, operation="count")))


def _filter(order: Order) -> dict[str, str]:
    if order.event_type in OF_THE_APP:
        return {}
    return {"user_id": order.user_id} | ({"direction": order.direction} if order.direction else {})


def _pages(line: Line, *, operation: str = "list_orders") -> Iterator[tuple[Order, str]]:
    page = ""
    while True:
        query = {"max_results": PAGE_SIZE} | ({"pagination_token": page} if page else {})
        answer = line.call(operation, "GET", PATH, query=query)
        yield from read_orders(answer.document)
        if answer.next_token in ("", page):
            return
        page = answer.next_token


def read_orders(document: dict[str, Any]) -> Iterator[tuple[Order, str]]:
    """The orders in an answer, each with the webhook it leads to. X's schema, its pages and its live answers disagree:
    an object under `subscription`, a flat object, or a list of either."""
    data = document.get("data")
    for item in data if isinstance(data, list) else [data]:
        row = item.get("subscription", item) if isinstance(item, dict) else None
        if not isinstance(row, dict):
            continue
        subject = row.get("filter")
        subject = subject if isinstance(subject, dict) else {}
        order = Order(
            user_id=str(subject.get("user_id") or ""),
            event_type=str(row.get("event_type") or ""),
            direction=str(subject.get("direction") or ""),
            x_id=str(row.get("subscription_id") or row.get("id") or ""),
        )
        yield order, str(row.get("webhook_id") or "")
