"""An app's deliveries are stopped by whoever deletes its webhook: its accounts are only polled from then on.

What they wanted of X is laid aside, so that the audit orders nothing again, and wanted again once the webhook is
registered by hand. Not here: orders, which are placed and withdrawn in subscriptions.py.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from twitter_integration.models import PartnerAccount, Subscription, XApp
from twitter_integration.registering.table import dialect_name, hook_home
from twitter_integration.setup.webhooks import delete_webhook, follow_dialect

Told = tuple[int, str]  # an account's primary key and a product

POLLED_FROM_NOW = gettext_noop("its accounts are only polled from then on, until they are subscribed again")


def stop_deliveries(app: XApp, x_id: str) -> list[str] | None:
    """Delete one webhook of ours, and lay aside what led to it; while another of its kind is left, only what was told
    through this one alone. Returns the Page IDs of the accounts concerned; None when neither X nor we had it. Raises
    NotOurs, XError."""
    follow_dialect(app)
    home = app.webhooks.filter(x_id=x_id).values_list("registration", flat=True).first()
    told = _standing_orders(app, webhook__x_id=x_id)
    if not delete_webhook(app, x_id):
        return None
    alone = home is not None and not app.webhooks.filter(registration=home).exists()
    return _lay_aside(app, home if alone else None, told - _standing_orders(app))


def stop_all(app: XApp) -> list[str]:
    """Delete every webhook of ours we know of, and lay aside whatever the accounts want. Raises NotOurs, XError."""
    for x_id in list(app.webhooks.values_list("x_id", flat=True)):
        stop_deliveries(app, x_id)
    _lay_aside(app, "", set())
    return list(_stopped(app).order_by("page_id").values_list("page_id", flat=True))


def want_again(app: XApp) -> None:
    """What was wanted when the webhook was deleted is wanted as before."""
    with transaction.atomic():
        for account in _locked(app).exclude(laid_aside=[]):
            products = list(dict.fromkeys([*account.products, *account.laid_aside]))
            PartnerAccount.objects.filter(pk=account.pk).update(products=products, laid_aside=[])


def is_stopped(app: XApp) -> bool:
    """Nobody wants X to tell anything, because the webhook was deleted by hand."""
    return _stopped(app).exists() and not app.accounts.filter(purged_at=None).exclude(products=[]).exists()


def still_told(app: XApp) -> list[PartnerAccount]:
    """The purged accounts of which X has orders still, as far as we know: their purge is not finished."""
    return list(app.accounts.filter(purged_at__isnull=False, subscriptions__isnull=False).distinct())


def is_still_told(account: PartnerAccount) -> bool:
    return account.purged_at is not None and account.subscriptions.exists()


def _stopped(app: XApp) -> "QuerySet[PartnerAccount]":
    return app.accounts.filter(purged_at=None).exclude(laid_aside=[])


def _standing_orders(app: XApp, **which: str) -> set[Told]:
    rows = Subscription.objects.filter(account__app=app, unwanted_since=None, **which)
    return set(rows.values_list("account_id", "product"))


def _lay_aside(app: XApp, home: str | None, told: set[Told]) -> list[str]:
    """What was told through the webhook, in whatever dialect it was registered once, and the products whose webhook
    stands in that list of X's today (`home`): none without one, all with an empty name."""
    concerned = []
    with transaction.atomic():
        for account in _locked(app).exclude(products=[]):
            gone = [
                product
                for product in account.products
                if home == ""
                or home == hook_home(dialect_name(app.registration, product))
                or (account.pk, product) in told
            ]
            if not gone:
                continue
            concerned.append(account.page_id)
            PartnerAccount.objects.filter(pk=account.pk).update(
                products=[product for product in account.products if product not in gone],
                laid_aside=list(dict.fromkeys([*account.laid_aside, *gone])),
            )
    return concerned


def _locked(app: XApp) -> "QuerySet[PartnerAccount]":
    rows = PartnerAccount.objects.select_for_update(of=("self",)).filter(app=app)
    return rows.only("pk", "page_id", "products", "laid_aside").order_by("pk")
