"""What X has ordered for us and nobody wants any more is withdrawn, in whatever dialect it stands.

An app's registration may change, and X keeps what was ordered in the dialect before; so what X has counts here, not our
rows. A webhook that is not ours is never touched. What is placed: subscriptions.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twitter_integration.accounts import webhook_url
from twitter_integration.choices import Product
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.registering.lines import open_line
from twitter_integration.registering.table import DIALECTS, dialect_name, hook_home
from twitter_integration.registering.x_activity import OF_THE_APP
from twitter_integration.setup.reach import Found, Key, Place, RowKey, Seen, look
from twitter_integration.setup.webhooks import OnFile

# An order is placed at X before our books say that it is wanted: so long it is left alone.
_BEING_PLACED = timedelta(minutes=10)


# X tries what it could not deliver again for about five minutes (x-api 2.6), and only where the webhook is there still.
LINGERING = timedelta(minutes=10)


@dataclass(slots=True)
class Cleared:
    """Orders withdrawn, webhooks deleted, and what X would not do, in sentences: the audit tries that again."""

    withdrawn: list[Found] = field(default_factory=list)
    deleted: list[Place] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What is wanted, against what X has."""

    wanted: set[tuple[str, str]]  # product, Page ID; "" stands for all accounts of the app
    ours: set[str]  # Page IDs set up here, of whatever app
    right: dict[str, str]  # product → the webhook its orders are to lead to
    standing: set[Key]
    marked: set[RowKey]
    being_placed: set[RowKey]

    def refuse(self, found: Found) -> bool:
        """Of whom nothing is set up here is left alone, for dead letters tell of it; so is what we never order."""
        user = found.order.user_id
        if user not in self.ours and found.order.event_type not in OF_THE_APP:
            return False
        if (found.product, user) not in self.wanted:
            return found.row_key not in self.being_placed
        if self.right.get(found.product) == found.hook.x_id:
            return found.row_key in self.marked  # an event type that is ordered no more
        return found.key in self.standing


def clear(app: XApp, *, now: datetime) -> Cleared:
    """Withdraw what is not wanted: of accounts that want nothing, and of another dialect or webhook than today's once
    the same stands in today's. Raises XError, NotOffered where today's dialect cannot be asked."""
    seen, cleared = look(app), Cleared()
    wishes = _wishes(app, seen, now=now)
    doomed = [found for found in seen.orders if wishes.refuse(found)]
    for found, error in _withdraw(app, doomed, cleared):
        _keep_unwanted(app, found, now=now)
        cleared.failed.append(
            _("A subscription of {label} could not be withdrawn: {sentence}").format(
                label=found.place.label, sentence=error.sentence
            )
        )
    _forget_gone(app, seen, wishes)
    cleared.failed += [
        _("What X still has by {label} could not be seen, nor withdrawn: {why}").format(label=place.label, why=why)
        for place, why in seen.unasked.items()
    ]
    if wishes.wanted:
        _delete_empty_hooks(app, seen, cleared, keep=set(wishes.right.values()), now=now)
    return cleared


def withdraw_all(account: PartnerAccount, products: Iterable[str], *, now: datetime) -> list[str]:
    """Withdraw whatever X has of the account in these products, in every dialect. What a dialect of before refuses is
    kept as unwanted, for the audit to try again (left_at_x); what today's refuses raises XError."""
    app, named, cleared = account.app, set(products), Cleared()
    if not (account.products or app.webhooks.exists() or account.subscriptions.exists()):
        return []  # nothing was ever ordered
    seen = look(app)
    mine = [found for found in seen.orders if _concerns(found, account, named)]
    kept: list[int] = []
    for found, error in _withdraw(app, mine, cleared):
        if found.place.in_use:
            raise error
        kept += _keep_unwanted(app, found, now=now)
    for place in seen.unasked:
        kept += _suspect(account, place, named, now=now)
    account.subscriptions.filter(product__in=named).exclude(pk__in=kept).delete()
    return [found.order.label for found in cleared.withdrawn]


def left_at_x(account: PartnerAccount, orders: Iterable[Subscription] | None = None) -> list[str]:
    """What X may still tell of the account though nobody wants it, in sentences. `orders`: all of its rows, with their
    webhooks, where they are known."""
    since: dict[str, datetime] = {}
    for row in account.subscriptions.select_related("webhook") if orders is None else orders:
        if row.unwanted_since is not None:
            label = Place(home=row.webhook.registration, environment=row.webhook.environment).label
            since[label] = min(row.unwanted_since, since.get(label, row.unwanted_since))
    return [
        _(
            "X may still tell of @{name} by {label}: not wanted since {at:%Y-%m-%d %H:%M} UTC, but not withdrawn yet."
        ).format(name=account.page_name, label=label, at=at)
        for label, at in sorted(since.items(), key=lambda told: told[1], reverse=True)
    ]


def _wishes(app: XApp, seen: Seen, *, now: datetime) -> _Wishes:
    """Read after X was asked, so that what was placed meanwhile counts as wanted."""
    rows = app.accounts.filter(disconnected_at=None, purged_at=None).values_list("page_id", "products")
    wanted = {(product, page) for page, products in rows for product in products}
    right = _right_hooks(app, seen)
    orders = Subscription.objects.filter(account__app=app).select_related("account", "webhook")
    young = orders.filter(unwanted_since=None, account__disconnected_at=None, created_at__gt=now - _BEING_PLACED)
    return _Wishes(
        wanted=wanted | {(product, "") for product, _ in wanted},
        ours=set(PartnerAccount.objects.values_list("page_id", flat=True)),
        right=right,
        standing={found.key for found in seen.orders if right.get(found.product) == found.hook.x_id},
        marked={_row_key(row) for row in orders.exclude(unwanted_since=None)},
        being_placed={_row_key(row) for row in young},
    )


def _right_hooks(app: XApp, seen: Seen) -> dict[str, str]:
    """The one under our address of today, as registering would find it."""
    right: dict[str, str] = {}
    for product in seen.products:
        home = hook_home(dialect_name(app.registration, product))
        for place, hooks in seen.hooks.items():
            found = next((hook.x_id for hook in hooks if hook.url == webhook_url(app)), "")
            if place.in_use and place.home == home and found:
                right[product] = found
    return right


def _row_key(row: Subscription) -> RowKey:
    user = "" if row.event_type in OF_THE_APP else row.account.page_id
    return row.product, user, row.webhook.x_id, (row.event_type, row.direction)


def _concerns(found: Found, account: PartnerAccount, products: set[str]) -> bool:
    """The account's own, and what speaks for all accounts of the app, where it is the last that wants it."""
    if found.product not in products:
        return False
    if found.order.user_id:
        return found.order.user_id == account.page_id
    others = account.app.accounts.filter(products__contains=[found.product]).exclude(pk=account.pk)
    return found.order.event_type in OF_THE_APP and not others.exists()


def _withdraw(app: XApp, doomed: Sequence[Found], cleared: Cleared) -> Iterator[tuple[Found, XError]]:
    """Yields what was refused. What X has no more is no error."""
    for (dialect, place), orders in groupby(doomed, key=lambda found: (found.dialect, found.place)):
        with open_line(app, dialect, environment=place.environment) as line:
            for found in orders:
                try:
                    DIALECTS[dialect].withdraw(line, found.hook.x_id, found.order)
                except XError as error:
                    if error.kind != ErrorKind.GONE:
                        yield found, error
                        continue
                _rows_of(app, found).delete()
                cleared.withdrawn.append(found)


def _rows_of(app: XApp, found: Found) -> "QuerySet[Subscription]":
    rows = Subscription.objects.filter(account__app=app, webhook__x_id=found.hook.x_id, product=found.product)
    rows = rows.filter(event_type=found.order.event_type, direction=found.order.direction)
    return rows.filter(account__page_id=found.order.user_id) if found.order.user_id else rows


def _keep_unwanted(app: XApp, found: Found, *, now: datetime) -> list[int]:
    """Known until it is withdrawn, also where we had forgotten it."""
    account = app.accounts.filter(page_id=found.order.user_id).first()
    if account is None:
        return []
    webhook = _known_hook(app, found.place, found.hook, now=now)
    order = found.order
    what = {"product": found.product, "event_type": order.event_type, "direction": order.direction}
    row, _ = Subscription.objects.get_or_create(
        account=account, webhook=webhook, **what, defaults={"x_id": order.x_id, "created_at": now}
    )
    Subscription.objects.filter(pk=row.pk, unwanted_since=None).update(unwanted_since=now)
    return [row.pk]


def _known_hook(app: XApp, place: Place, hook: OnFile, *, now: datetime) -> Webhook:
    """Our row of it, also where we had forgotten it."""
    facts = {"url": hook.url, "valid": hook.valid, "checked_at": now}
    facts |= {"registration": place.home, "environment": place.environment}
    return Webhook.objects.get_or_create(app=app, x_id=hook.x_id, defaults=facts)[0]


def _suspect(account: PartnerAccount, place: Place, products: set[str], *, now: datetime) -> list[int]:
    """X did not say what it has there: what we know of there is unwanted, and an order for everything is supposed."""
    kept: list[int] = []
    hooks = account.app.webhooks.filter(registration=place.home, environment__in=(place.environment, ""))
    for webhook in hooks:
        if Product.ACCOUNT_ACTIVITY in products:
            account.subscriptions.get_or_create(
                webhook=webhook, product=Product.ACCOUNT_ACTIVITY, defaults={"created_at": now}
            )
        rows = account.subscriptions.filter(webhook=webhook, product__in=products)
        rows.filter(unwanted_since=None).update(unwanted_since=now)
        kept += rows.values_list("pk", flat=True)
    return kept


def _forget_gone(app: XApp, seen: Seen, wishes: _Wishes) -> None:
    """What is not wanted and X has no more: nothing is left to be withdrawn."""
    there, unasked = {found.row_key for found in seen.orders}, {place.home for place in seen.unasked}
    rows = Subscription.objects.filter(account__app=app).select_related("account", "webhook")
    gone = [
        row.pk
        for row in rows
        if _row_key(row) not in there | wishes.being_placed
        and row.webhook.registration not in unasked
        and (row.unwanted_since or (row.product, row.account.page_id) not in wishes.wanted)
    ]
    Subscription.objects.filter(pk__in=gone).delete()


def _delete_empty_hooks(app: XApp, seen: Seen, cleared: Cleared, *, keep: set[str], now: datetime) -> None:
    """A registration of ours that nothing leads by any more takes up a place that self-serve apps have once. It goes
    when X has had the time to deliver what happened while it was in use."""
    withdrawn = {found.row_key for found in cleared.withdrawn}
    used = keep | {found.hook.x_id for found in seen.orders if found.row_key not in withdrawn}
    app.webhooks.filter(x_id__in=used).exclude(emptied_at=None).update(emptied_at=None)
    for place, hooks in seen.hooks.items():
        for hook in hooks:
            if hook.x_id in used:
                continue
            used.add(hook.x_id)
            if not _has_lingered(_known_hook(app, place, hook, now=now), now=now):
                continue
            try:
                with open_line(app, place.home, environment=place.environment) as line:
                    DIALECTS[place.home].delete_hook(line, hook.x_id)
            except (XError, NotOffered) as error:
                why = error.sentence if isinstance(error, XError) else str(error)
                cleared.failed.append(
                    _("The webhook of {label}, no longer needed, could not be deleted: {why}").format(
                        label=place.label, why=why
                    )
                )
                continue
            Webhook.objects.filter(app=app, x_id=hook.x_id).delete()
            cleared.deleted.append(place)


def _has_lingered(webhook: Webhook, *, now: datetime) -> bool:
    if webhook.emptied_at is None:
        Webhook.objects.filter(pk=webhook.pk).update(emptied_at=now)
        return False
    return now - webhook.emptied_at >= LINGERING
