"""What X has on webhooks that lead to us, in every dialect in which it may have something. Only looks, and decides
nothing: that is clearing's.

Dialects may list the same: X shows a webhook, and the order for everything on it, in more than one. Here each order
stands once, found where the app registers today if it stands there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from twitter_integration.choices import Product, Tier
from twitter_integration.errors import XError
from twitter_integration.models import XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import NotOffered, Order
from twitter_integration.registering.lines import open_line
from twitter_integration.registering.table import DIALECTS, default_product, dialect_name, hook_home
from twitter_integration.setup.webhooks import OnFile, on_file

Key = tuple[str, str, tuple[str, str]]  # product, Page ID, event type and direction
RowKey = tuple[str, str, str, tuple[str, str]]  # the same, and the webhook after the Page ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A list of webhooks at X: a dialect's; the old premium API has one per environment. `in_use`: what is ordered
    today stands there; `known`: a webhook of ours stood there when we last looked."""

    home: str
    environment: str = ""
    in_use: bool = False
    known: bool = False

    @property
    def label(self) -> str:
        label = str(Registration(self.home).label)
        return f"{label} “{self.environment}”" if self.environment else label


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An order on a webhook of ours, as X has it."""

    place: Place
    dialect: str
    hook: OnFile
    order: Order

    @property
    def product(self) -> str:
        return product_of(self.dialect)

    @property
    def key(self) -> Key:
        return self.product, self.order.user_id, self.order.what

    @property
    def row_key(self) -> RowKey:
        return self.product, self.order.user_id, self.hook.x_id, self.order.what


@dataclass(slots=True)
class Seen:
    """`products`: those whose orders are wanted, or would be by default. `unasked`: where X did not say, and why."""

    products: list[str]
    hooks: dict[Place, list[OnFile]] = field(default_factory=dict)
    orders: list[Found] = field(default_factory=list)
    unasked: dict[Place, str] = field(default_factory=dict)


def product_of(dialect: str) -> str:
    return Product.X_ACTIVITY if dialect == Registration.X_ACTIVITY else Product.ACCOUNT_ACTIVITY


def look(app: XApp) -> Seen:
    """Raises XError, NotOffered where a dialect of today cannot be asked: then nothing is known."""
    wanted = {product for row in app.accounts.values_list("products", flat=True) for product in row}
    seen = Seen(products=sorted(wanted | {default_product(app.registration)}))
    for place in _places(app, seen.products):
        try:
            hooks, orders = _look_at(app, place)
        except (XError, NotOffered) as error:
            if place.in_use:
                raise
            if place.known:
                seen.unasked[place] = error.sentence if isinstance(error, XError) else str(error)
            continue
        seen.hooks[place] = hooks
        there = {found.row_key for found in seen.orders}
        seen.orders += [found for found in orders if found.row_key not in there]
    return seen


def _places(app: XApp, products: list[str]) -> list[Place]:
    """Those of today first, then those we know of, then those that the app's keys may be good for."""
    environment = app.environment.lstrip(":")
    today = {hook_home(dialect_name(app.registration, product)) for product in products}
    rows = app.webhooks.values_list("registration", "environment").distinct()
    known = {(home, _label(home, label or environment)) for home, label in rows}
    found = [(home, _label(home, environment)) for home in sorted(today)] + sorted(known)
    found.append((Registration.V2, ""))
    if environment:
        found.append((Registration.PREMIUM, environment))
    if app.tier == Tier.ENTERPRISE:
        found.append((Registration.ENTERPRISE, ""))
    return [
        Place(
            home=str(home),
            environment=label,
            in_use=home in today and label == _label(home, environment),
            known=(home, label) in known,
        )
        for home, label in dict.fromkeys(found)
    ]


def _label(home: str, environment: str) -> str:
    return environment if home == Registration.PREMIUM else ""


def _look_at(app: XApp, place: Place) -> tuple[list[OnFile], list[Found]]:
    with open_line(app, place.home, environment=place.environment) as line:
        hooks = [on_file(hook, app) for hook in DIALECTS[place.home].list_hooks(line)]
    ours = [hook for hook in hooks if hook.ours]
    return ours, [found for hook in ours for found in _orders_on(app, place, hook)]


def _orders_on(app: XApp, place: Place, hook: OnFile) -> Iterator[Found]:
    for name, dialect in DIALECTS.items():
        if hook_home(name) != place.home:
            continue
        with open_line(app, name, environment=place.environment) as line:
            for order in dialect.list_orders(line, hook.x_id):
                yield Found(place=place, dialect=str(name), hook=hook, order=order)
