"""Account Activity v1.1 for Enterprise: webhooks by id, replay of up to five days (x-api 2.1, 2.8)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from twitter_integration.client import Auth
from twitter_integration.registering import classic
from twitter_integration.registering.classic import CLASSIC_AUTH, ROOT
from twitter_integration.registering.dialect import Allowance, Hook, Line, Order, Replay, number, read_replay, stamp

AUTH: Mapping[str, Auth] = CLASSIC_AUTH


def list_hooks(line: Line) -> list[Hook]:
    return classic.hooks_at(line, f"{ROOT}/webhooks.json")


def create_hook(line: Line, url: str) -> Hook:
    return classic.create_at(line, f"{ROOT}/webhooks.json", url)


def challenge_hook(line: Line, hook_id: str) -> bool:
    line.call("challenge_hook", "PUT", f"{ROOT}/webhooks/{hook_id}.json")
    return True


def delete_hook(line: Line, hook_id: str) -> None:
    line.call("delete_hook", "DELETE", f"{ROOT}/webhooks/{hook_id}.json")


def wanted(user_id: str) -> Iterable[Order]:
    return [Order(user_id=user_id)]


def list_orders(line: Line, hook_id: str) -> list[Order]:
    path = f"{ROOT}/webhooks/{hook_id}/subscriptions/all/list.json"
    return classic.orders_in(line, line.call("list_orders", "GET", path).document)


def place(line: Line, hook_id: str, order: Order) -> str | None:
    return classic.place_at(line, f"{ROOT}/webhooks/{hook_id}/subscriptions/all.json")


def withdraw(line: Line, hook_id: str, order: Order) -> None:
    line.call("withdraw", "DELETE", f"{ROOT}/webhooks/{hook_id}/subscriptions/{order.user_id}/all.json")


def count(line: Line) -> Allowance:
    told = line.call("count", "GET", f"{ROOT}/subscriptions/count.json").document
    return Allowance(used=number(told.get("subscriptions_count_all")) or 0, most=number(told.get("provisioned_count")))


def replay(line: Line, hook_id: str, start: datetime, end: datetime) -> Replay:
    query = {"from_date": stamp(start), "to_date": stamp(end)}
    path = f"{ROOT}/replay/webhooks/{hook_id}/subscriptions/all.json"
    return read_replay(line.call("replay", "POST", path, query=query).document)
