"""Account Activity v1.1 of the old premium tier: everything hangs on an environment label (x-api 2.2).

One webhook an environment, so the paths of orders name the label and no webhook. No replay.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.client import Auth
from twitter_integration.errors import XError
from twitter_integration.registering import classic
from twitter_integration.registering.classic import CLASSIC_AUTH, ROOT
from twitter_integration.registering.dialect import Allowance, Hook, Line, NotOffered, Order, Replay, number

AUTH: Mapping[str, Auth] = CLASSIC_AUTH
NO_REPLAY = gettext_noop("The premium API has no replay; missed events are fetched by polling.")
FORBIDDEN = "200"  # “Forbidden.”: no access to the product, or no such environment (x-api 2.2)


@contextmanager
def _env(line: Line) -> Iterator[str]:
    """Where the environment's calls lead. X does not say that it knows none of that name; so the sentence does."""
    if not line.environment:
        raise NotOffered(_("The premium API needs the app's environment name, as the developer portal shows it."))
    try:
        yield f"{ROOT}/all/{line.environment}"
    except XError as error:
        if error.code == FORBIDDEN:
            error.sentence += _(
                " It says the same of an environment name it does not know: “{environment}” was sent. Compare "
                "it with the developer portal; it is set on the X app's page, or with x_account add --environment."
            ).format(environment=line.environment)
        raise


def list_hooks(line: Line) -> list[Hook]:
    with _env(line) as root:
        return classic.hooks_at(line, f"{root}/webhooks.json")


def create_hook(line: Line, url: str) -> Hook:
    with _env(line) as root:
        return classic.create_at(line, f"{root}/webhooks.json", url)


def challenge_hook(line: Line, hook_id: str) -> bool:
    with _env(line) as root:
        line.call("challenge_hook", "PUT", f"{root}/webhooks/{hook_id}.json")
    return True


def delete_hook(line: Line, hook_id: str) -> None:
    with _env(line) as root:
        line.call("delete_hook", "DELETE", f"{root}/webhooks/{hook_id}.json")


def wanted(user_id: str) -> Iterable[Order]:
    return [Order(user_id=user_id)]


def list_orders(line: Line, hook_id: str) -> list[Order]:
    with _env(line) as root:
        return classic.orders_in(line, line.call("list_orders", "GET", f"{root}/subscriptions/list.json").document)


def place(line: Line, hook_id: str, order: Order) -> str | None:
    with _env(line) as root:
        return classic.place_at(line, f"{root}/subscriptions.json")


def withdraw(line: Line, hook_id: str, order: Order) -> None:
    with _env(line) as root:
        line.call("withdraw", "DELETE", f"{root}/subscriptions/{order.user_id}.json")


def count(line: Line) -> Allowance:
    told = line.call("count", "GET", f"{ROOT}/all/subscriptions/count.json").document
    return Allowance(used=number(told.get("subscriptions_count")) or 0, most=number(told.get("provisioned_count")))


def replay(line: Line, hook_id: str, start: datetime, end: datetime) -> Replay:
    raise NotOffered(_(NO_REPLAY))
