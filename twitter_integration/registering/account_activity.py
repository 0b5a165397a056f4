"""Account Activity v2: one order for everything, placed by the account itself (x-api 3.2). Ends on 1 January 2027."""

from collections.abc import Iterable, Mapping

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

__all__ = ["AUTH", "challenge_hook", "count", "create_hook", "delete_hook", "list_hooks", "list_orders", "place"]
__all__ += ["replay", "wanted", "withdraw"]

AUTH: Mapping[str, Auth] = {**HOOK_AUTH, "place": "user", "list_orders": "app", "withdraw": "app", "count": "app"}
_HOOKS = "/2/account_activity/webhooks"


def wanted(user_id: str) -> Iterable[Order]:
    return [Order(user_id=user_id)]


def list_orders(line: Line, hook_id: str) -> list[Order]:
    data = line.call("list_orders", "GET", f"{_HOOKS}/{hook_id}/subscriptions/all/list").data
    line.note_app(data)
    rows = data.get("subscriptions")
    return [Order(user_id=str(row.get("user_id"))) for row in rows if isinstance(row, dict)] if rows else []


def place(line: Line, hook_id: str, order: Order) -> str | None:
    try:
        line.call("place", "POST", f"{_HOOKS}/{hook_id}/subscriptions/all", body={})
    except XError as error:
        if error.kind != ErrorKind.ALREADY:
            raise
        return None
    return ""


def withdraw(line: Line, hook_id: str, order: Order) -> None:
    line.call("withdraw", "DELETE", f"{_HOOKS}/{hook_id}/subscriptions/{order.user_id}/all")


def count(line: Line) -> Allowance:
    data = line.call("count", "GET", "/2/account_activity/subscriptions/count").data
    used = number(data.get("subscriptions_count_all")) or number(data.get("subscriptions_count")) or 0
    return Allowance(used=used, most=number(data.get("provisioned_count")))
