"""Account Activity v1.1 of the old premium tier: everything hangs on an environment label (x-api 2.2).

One webhook an environment, so the paths of orders name the label and no webhook. No replay.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from twitter_integration.client import Auth
from twitter_integration.registering import classic
from twitter_integration.registering.classic import CLASSIC_AUTH, ROOT
from twitter_integration.registering.dialect import Allowance, Hook, Line, NotOffered, Order, Replay, number

AUTH: Mapping[str, Auth] = CLASSIC_AUTH


def _env(line: Line) -> str:
    if not line.environment:
        raise NotOffered("The premium API needs the app's environment name, as the developer portal shows it.")
    return f"{ROOT}/all/{line.environment}"


def list_hooks(line: Line) -> list[Hook]:
    return classic.hooks_at(line, f"{_env(line)}/webhooks.json")


def create_hook(line: Line, url: str) -> Hook:
    return classic.create_at(line, f"{_env(line)}/webhooks.json", url)


def challenge_hook(line: Line, hook_id: str) -> bool:
    line.call("challenge_hook", "PUT", f"{_env(line)}/webhooks/{hook_id}.json")
    return True


def delete_hook(line: Line, hook_id: str) -> None:
    line.call("delete_hook", "DELETE", f"{_env(line)}/webhooks/{hook_id}.json")


def wanted(user_id: str) -> Iterable[Order]:
    return [Order(user_id=user_id)]


def list_orders(line: Line, hook_id: str) -> list[Order]:
    return classic.orders_in(line.call("list_orders", "GET", f"{_env(line)}/subscriptions/list.json").document)


def place(line: Line, hook_id: str, order: Order) -> str | None:
    return classic.place_at(line, f"{_env(line)}/subscriptions.json")


def withdraw(line: Line, hook_id: str, order: Order) -> None:
    line.call("withdraw", "DELETE", f"{_env(line)}/subscriptions/{order.user_id}.json")


def count(line: Line) -> Allowance:
    told = line.call("count", "GET", f"{ROOT}/all/subscriptions/count.json").document
    return Allowance(used=number(told.get("subscriptions_count")) or 0, most=number(told.get("provisioned_count")))


def replay(line: Line, hook_id: str, start: datetime, end: datetime) -> Replay:
    raise NotOffered("The premium API has no replay; missed events are fetched by polling.")
