"""Standing orders at X: our accounts subscribed to what concerns them, in both of X's products.

What an account wants is its column `products`; the rows of Subscription are what X has of it. Everything here may be
run again. The webhook the orders lead to is registered in webhooks.py.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kapture.session_locks import hold
from twitter_integration.accounts import NotConnected, require_token
from twitter_integration.choices import Product, TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.reading.waking import read_soon
from twitter_integration.registering.dialect import Allowance, Dialect, Line, NotOffered, Order
from twitter_integration.registering.lines import open_line
from twitter_integration.registering.table import DIALECTS, default_product, dialect_name
from twitter_integration.setup.clearing import clear, withdraw_all
from twitter_integration.setup.stopping import want_again
from twitter_integration.setup.webhooks import register_webhook

_LOCK_SPACE = 0x0C06  # advisory locks, keyed by account


@dataclass(slots=True)
class Ordered:
    """What subscribing did: orders newly placed, found in place, and refused with X's reason; and those withdrawn that
    these replace."""

    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)


def subscribe(account: PartnerAccount, *, now: datetime, products: Iterable[str] = ()) -> Ordered:
    """Want these products of X (when none is named, those it wants already, else those laid aside, or the
    app's own): register the webhook, place what is missing, then withdraw what it replaces. Raises
    NotConnected without a token, XError when X cannot be asked; a single refused event type is told in the result (what
    a tier includes changes)."""
    require_token(account)
    wanted = list(products) or account.products or account.laid_aside or [default_product(account.app.registration)]
    ordered = Ordered()
    hooks = []
    with _one_after_another(account), _asking(account):
        for product in wanted:
            hooks.append(register_webhook(account.app, now=now, product=product))
            place_orders(account, hooks[-1], product, ordered, now=now)
        _want(account, add=wanted, now=now)
    _keep_refusals(account, ordered, wanted)
    others = account.app.webhooks.exclude(pk__in=[webhook.pk for webhook in hooks])
    if others.exists() or account.subscriptions.exclude(unwanted_since=None).exists():
        ordered.withdrawn = _withdraw_replaced(account.app, now=now)
    if ordered.added or ordered.withdrawn:
        read_soon(account, now=now)
    return ordered


def resubscribe(account: PartnerAccount, *, now: datetime) -> Ordered | None:
    """Place again what the account wanted before; None when it wanted nothing."""
    return subscribe(account, now=now, products=account.products) if account.products else None


def resubscribe_all(app: XApp, *, now: datetime) -> dict[str, Ordered | str]:
    """Every account of the app that wants something, or did until the webhook was deleted, in one step: Page ID → what
    was done, or why it failed."""
    want_again(app)
    done: dict[str, Ordered | str] = {}
    for account in willing_accounts(app):
        try:
            done[account.page_id] = subscribe(account, now=now, products=account.products)
        except XError as error:
            done[account.page_id] = error.sentence
        except NotConnected as error:  # disconnected meanwhile
            done[account.page_id] = str(error)
    return done


def willing_accounts(app: XApp) -> list[PartnerAccount]:
    """Those that want to be subscribed and have a token that may still work."""
    rows = app.accounts.filter(enabled=True, disconnected_at=None).exclude(products=[])
    return list(rows.exclude(token_state=TokenState.DEAD).select_related("app", "address"))


def product_to_register(app: XApp) -> str:
    """The product whose webhook the app needs first: its own, unless its accounts all have the other one. An empty
    webhook beside theirs would lead nowhere."""
    rows = app.accounts.filter(enabled=True, disconnected_at=None).exclude(token_state=TokenState.DEAD)
    wanted = {product for pair in rows.values_list("products", "laid_aside") for row in pair for product in row}
    own = default_product(app.registration)
    return own if own in wanted or not wanted else str(min(wanted))


def why_it_stays(account: PartnerAccount) -> str:
    """That an account has another product than the app's registration orders for new ones, and how that is changed;
    empty when it has that one."""
    if not account.products or default_product(account.app.registration) in account.products:
        return ""
    stays = _("@{name} stays with {label}: a registration moves nobody. ").format(
        name=account.page_name, label=Product(account.products[0]).label
    )
    if Product.ACCOUNT_ACTIVITY in account.products:
        return _("{stays}Cross it over on its page, or with: manage.py x_subscribe migrate {page_id}").format(
            stays=stays, page_id=account.page_id
        )
    add = f"manage.py x_subscribe add {account.page_id} --product {Product.ACCOUNT_ACTIVITY}"
    return _("{stays}To order {label} as well: {add}").format(
        stays=stays, label=Product.ACCOUNT_ACTIVITY.label, add=add
    )


def place_orders(account: PartnerAccount, webhook: Webhook, product: str, ordered: Ordered, *, now: datetime) -> None:
    """Compare what X has for the account on this webhook with what the product has to offer, and place the rest."""
    name = dialect_name(account.app.registration, product)
    dialect = DIALECTS[name]
    with open_line(account.app, name, account=account) as line:
        there = {order.what: order for order in _orders_of(account, dialect, line, webhook)}
        for order in dialect.wanted(account.page_id):
            found = there.get(order.what)
            if found is not None:
                ordered.kept.append(order.label)
            else:
                found = _place(dialect, line, webhook, order, ordered)
            if found is not None:
                _keep_order(account, webhook, product, found, now=now)
    _mark_others(account, webhook, product, [order.what for order in dialect.wanted(account.page_id)], now=now)


def unsubscribe(
    account: PartnerAccount, *, now: datetime, products: Iterable[str] = (), for_now: bool = False
) -> list[str]:
    """Withdraw the account's orders of these products (all when none is named), in every dialect in which X has some,
    and, unless it is only for now, want them no longer, which ends a crossing: one product alone proves nothing of the
    other. Raises XError; what X has no more is no error."""
    named = list(products) or list(Product.values)
    with _one_after_another(account):
        withdrawn = withdraw_all(account, named, now=now)
        if not for_now:
            _want(account, drop=named, now=now)
            account.crossing_since = None
            PartnerAccount.objects.filter(pk=account.pk).update(crossing_since=None)
    return withdrawn


def list_subscriptions(account: PartnerAccount) -> list[Subscription]:
    """The account's orders as our rows have them."""
    return list(account.subscriptions.select_related("webhook").order_by("product", "event_type", "direction"))


def products_in_use(app: XApp) -> list[str]:
    """What its accounts have or want; its own where they have nothing."""
    rows = app.accounts.values_list("products", flat=True)
    ordered = Subscription.objects.filter(account__app=app).values_list("product", flat=True)
    used = {*(product for products in rows for product in products), *ordered}
    return sorted(used) or [default_product(app.registration)]


def count_subscriptions(app: XApp, *, product: str = "") -> Allowance:
    """How many subscriptions X counts for the app, and how many it may have. Raises XError, NotOffered."""
    name = dialect_name(app.registration, product or product_to_register(app))
    with open_line(app, name) as line:
        return DIALECTS[name].count(line)


def missing_orders(account: PartnerAccount, webhook: Webhook, product: str) -> list[str]:
    """What the product offers and X has not on file, but for what it refused before. Raises XError."""
    name = dialect_name(account.app.registration, product)
    dialect = DIALECTS[name]
    with open_line(account.app, name, account=account) as line:
        there = {order.what for order in _orders_of(account, dialect, line, webhook)}
    return [order.label for order in dialect.wanted(account.page_id) if order.what not in there]


def _orders_of(account: PartnerAccount, dialect: Dialect, line: Line, webhook: Webhook) -> list[Order]:
    """The account's own, and those without a person, which speak for all accounts of the app."""
    orders = dialect.list_orders(line, webhook.x_id)
    return [order for order in orders if order.user_id in (account.page_id, "")]


def _place(dialect: Dialect, line: Line, webhook: Webhook, order: Order, ordered: Ordered) -> Order | None:
    try:
        x_id = dialect.place(line, webhook.x_id, order)
    except XError as error:
        # An order for everything is all or nothing; of many, one may be beyond the tier.
        if not order.event_type or error.stops or not error.permanent or error.kind == ErrorKind.WEBHOOK:
            raise
        ordered.refused[order.label] = error.sentence
        return None
    (ordered.kept if x_id is None else ordered.added).append(order.label)
    return Order(user_id=order.user_id, event_type=order.event_type, direction=order.direction, x_id=x_id or "")


def _one_after_another(account: PartnerAccount) -> AbstractContextManager[bool]:
    """Subscribing and unsubscribing one account are many calls: two at the same moment would leave half of each."""
    return hold(_LOCK_SPACE, str(account.pk), wait=True)


@contextmanager
def _asking(account: PartnerAccount) -> Iterator[None]:
    """X tells as soon as its first order stands, long before the last does: from here on nothing of it is unasked."""
    rows = PartnerAccount.objects.filter(pk=account.pk)
    since = rows.values_list("unsubscribed_at", flat=True).get()
    rows.update(unsubscribed_at=None)
    try:
        yield
    except BaseException:
        rows.filter(products=[]).update(unsubscribed_at=since)
        raise


def _want(account: PartnerAccount, *, now: datetime, add: Iterable[str] = (), drop: Iterable[str] = ()) -> None:
    """With the last product what X still tells is unasked (unasked.py); with the first it is asked again."""
    with transaction.atomic():
        rows = PartnerAccount.objects.select_for_update(of=("self",)).filter(pk=account.pk)
        ((before, since),) = rows.values_list("products", "unsubscribed_at")
        gone = set(drop)
        products = [product for product in dict.fromkeys([*before, *map(str, add)]) if product not in gone]
        # What is asked for now counts.
        rows.update(products=products, laid_aside=[], unsubscribed_at=None if products else since or by_x(now))
        if add:
            rows.update(told_unasked=0, told_unasked_at=None)
    account.products, account.laid_aside = products, []


def _keep_refusals(account: PartnerAccount, ordered: Ordered, products: Iterable[str]) -> None:
    if Product.X_ACTIVITY in products:
        account.refused_orders = ordered.refused
        PartnerAccount.objects.filter(pk=account.pk).update(refused_orders=ordered.refused)


def _mark_others(
    account: PartnerAccount, webhook: Webhook, product: str, wanted: list[tuple[str, str]], *, now: datetime
) -> None:
    """Rows that lead to another webhook than today's, or for what is no longer ordered: X still has them."""
    rows = account.subscriptions.filter(product=product).select_related("webhook")
    stale = [row.pk for row in rows if row.webhook != webhook or (row.event_type, row.direction) not in wanted]
    rows.filter(pk__in=stale, unwanted_since=None).update(unwanted_since=now)


def _withdraw_replaced(app: XApp, *, now: datetime) -> list[str]:
    """The new stands by now. What X does not hear stays known as unwanted, and the audit tries again."""
    try:
        return [found.order.label for found in clear(app, now=now).withdrawn]
    except (XError, NotOffered):
        return []


def _keep_order(account: PartnerAccount, webhook: Webhook, product: str, order: Order, *, now: datetime) -> None:
    Subscription.objects.update_or_create(
        account=account,
        webhook=webhook,
        product=product,
        event_type=order.event_type,
        direction=order.direction,
        defaults={"x_id": order.x_id, "unwanted_since": None},
        create_defaults={"x_id": order.x_id, "created_at": now},
    )
