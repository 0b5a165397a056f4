"""Crossing over from Account Activity, which X ends on 1 January 2027, to X Activity, side by side for a while.

Nothing is doubled meanwhile: an event has one key whichever product tells it, or is paired (pairing). Account Activity
is dropped only on the evidence of crossing_report.
"""

from datetime import datetime

from kapture.figures import counted
from twitter_integration.activities import title_of
from twitter_integration.choices import Product
from twitter_integration.crossing_report import WITHOUT_COUNTERPART, Report, report_crossing
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.subscriptions import subscribe, unsubscribe

_UNKNOWN = "Nothing shows yet that X Activity tells anything of this account: all that it does not tell is lost."


class CannotFinish(Exception):
    """Account Activity is still needed; the text says for what. `forcible`: it may be dropped all the same."""

    def __init__(self, sentence: str, *, forcible: bool) -> None:
        super().__init__(sentence)
        self.forcible = forcible


def begin_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """Order both products; run again, it goes on with the crossing under way. Raises XError."""
    subscribe(account, now=now, products=[Product.ACCOUNT_ACTIVITY, Product.X_ACTIVITY])
    if account.crossing_since is None:
        account.crossing_since = now
        PartnerAccount.objects.filter(pk=account.pk).update(crossing_since=now)
    return report_crossing(account, now=now)


def finish_crossing(account: PartnerAccount, *, now: datetime, force: bool = False) -> Report:
    """Drop Account Activity. Raises CannotFinish unless X Activity was seen to tell everything, or forced; XError."""
    report = report_crossing(account, now=now)
    if (blocked := what_blocks(account, report)) and not (force and blocked.forcible):
        raise blocked
    unsubscribe(account, products=[Product.ACCOUNT_ACTIVITY])
    if not still_needed_by(account.app):
        account.app.registration = Registration.X_ACTIVITY
        XApp.objects.filter(pk=account.app_id).update(registration=Registration.X_ACTIVITY)
    return report


def what_blocks(account: PartnerAccount, report: Report) -> CannotFinish | None:
    """Why Account Activity should not be dropped now; None when it can be."""
    if report.since is None:
        return CannotFinish(f"@{account.page_name} is not crossing over.", forcible=False)
    if not account.subscriptions.filter(product=Product.X_ACTIVITY).exists():
        sentence = f"X Activity has no order for @{account.page_name}; nothing would come any more."
        return CannotFinish(sentence, forcible=False)
    return CannotFinish(report.obstacle, forcible=True) if report.obstacle else None


def what_ends(report: Report) -> list[str]:
    """What will be told no more once Account Activity is dropped, as far as the comparison shows it."""
    missed = [f"{title_of(row.kind)}: {counted(row.missed, 'event')} that X Activity missed." for row in report.missed]
    refused = [f"{name}: X refuses the order, so such events come no more." for name in sorted(report.refused)]
    unknown = [] if any(row.both or row.x_activity_only for row in report.rows) else [_UNKNOWN]
    others = ", ".join(title_of(kind) for kind in sorted(WITHOUT_COUNTERPART))
    return [*missed, *refused, *unknown, f"{others}: X Activity has no order for these."]


def what_comes_next(app: XApp) -> str:
    """By which product the next account of the app is ordered, once one has crossed over."""
    if needed := still_needed_by(app):
        names = ", ".join(f"@{name}" for name in needed)
        return f"The app “{app.name}” still orders Account Activity for new accounts, until {names} crossed over too."
    return f"No account of the app “{app.name}” needs Account Activity any more: new ones are ordered by X Activity."


def still_needed_by(app: XApp) -> list[str]:
    """The accounts of the app that have Account Activity, or want it. Once there is none, what is connected next is
    ordered by X Activity: the app is registered by it."""
    ordered = app.accounts.filter(subscriptions__product=Product.ACCOUNT_ACTIVITY)
    wanted = app.accounts.filter(products__contains=[Product.ACCOUNT_ACTIVITY], purged_at=None)
    return sorted({*ordered.values_list("page_name", flat=True), *wanted.values_list("page_name", flat=True)})
