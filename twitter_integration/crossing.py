"""Crossing over from Account Activity, which X ends on 1 January 2027, to X Activity, side by side for a while.

Nothing is doubled meanwhile: an event has one key whichever product tells it, or is paired (pairing). Account Activity
is dropped only on the evidence of crossing_report.
"""

from datetime import datetime

from twitter_integration.choices import Product
from twitter_integration.crossing_report import Report, report_crossing
from twitter_integration.models import PartnerAccount
from twitter_integration.subscriptions import subscribe, unsubscribe


class CannotFinish(Exception):
    """Account Activity is still needed; the text says for what."""


def begin_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """Order both products; run again, it goes on with the crossing under way. Raises XError."""
    subscribe(account, now=now, products=[Product.ACCOUNT_ACTIVITY, Product.X_ACTIVITY])
    if account.crossing_since is None:
        account.crossing_since = now
        PartnerAccount.objects.filter(pk=account.pk).update(crossing_since=now)
    return report_crossing(account, now=now)


def finish_crossing(account: PartnerAccount, *, now: datetime, force: bool = False) -> Report:
    """Drop Account Activity. Raises CannotFinish unless X Activity was seen to tell everything, or forced; XError."""
    if account.crossing_since is None:
        raise CannotFinish(f"@{account.page_name} is not crossing over: start with x_subscribe migrate.")
    if not account.subscriptions.filter(product=Product.X_ACTIVITY).exists():
        raise CannotFinish(f"X Activity has no order for @{account.page_name}; nothing would come any more.")
    report = report_crossing(account, now=now)
    if report.obstacle and not force:
        raise CannotFinish(f"{report.obstacle} x_subscribe migrate --finish --force drops it all the same.")
    unsubscribe(account, products=[Product.ACCOUNT_ACTIVITY])
    return report
