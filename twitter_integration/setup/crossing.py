"""Crossing over from Account Activity, which X ends on 1 January 2027, to X Activity, side by side for a while.

Nothing is doubled meanwhile: an event has one key whichever product tells it, or is paired (pairing). Account Activity
is dropped only on the evidence of crossing_report, and while X's own list has all the orders of X Activity.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kapture.sealing import CannotOpen
from twitter_integration.accounts import NotConnected, why_not_tried
from twitter_integration.choices import Product
from twitter_integration.errors import XError
from twitter_integration.facts.activities import title_of
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.reading.waking import read_soon
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup.crossing_report import WITHOUT_COUNTERPART, Report, report_crossing
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.subscriptions import missing_orders, subscribe, unsubscribe

NAMED = 5  # of the orders that X lacks
_UNREAD = gettext_noop(
    "Whether X still has all orders of X Activity is not known, so what it has none for would come no more."
)
_UNKNOWN = gettext_noop(
    "Nothing shows yet that X Activity tells anything of this account: all that it does not tell is lost."
)


class CannotFinish(Exception):
    """Account Activity is still needed; the text says for what. `forcible`: it may be dropped all the same."""

    def __init__(self, sentence: str, report: Report, *, forcible: bool) -> None:
        super().__init__(sentence)
        self.report, self.forcible = report, forcible


def begin_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """Order both products; run again, it goes on with the crossing under way. Raises XError."""
    subscribe(account, now=now, products=[Product.ACCOUNT_ACTIVITY, Product.X_ACTIVITY])
    if account.crossing_since is None:
        account.crossing_since = now
        PartnerAccount.objects.filter(pk=account.pk).update(crossing_since=now)
    return report_crossing(account, now=now)


def finish_crossing(account: PartnerAccount, *, now: datetime, force: bool = False) -> Report:
    """Drop Account Activity. Raises CannotFinish unless X Activity was seen to tell everything and X has all of its
    orders, or forced; XError."""
    report = look_before_dropping(account, now=now)
    if (blocked := what_blocks(account, report)) and not (force and blocked.forcible):
        raise blocked
    unsubscribe(account, now=now, products=[Product.ACCOUNT_ACTIVITY])
    if not still_needed_by(account.app):
        account.app.registration = Registration.X_ACTIVITY
        XApp.objects.filter(pk=account.app_id).update(registration=Registration.X_ACTIVITY)
    read_soon(account, now=now)
    return report


def look_before_dropping(account: PartnerAccount, *, now: datetime) -> Report:
    """The comparison, and what X's own list of orders lacked: placed again at once, and doubted this time. Our rows say
    what was ordered; whether it still stands only X knows."""
    doubt = _ask_x(account, now=now) if account.crossing_since and not why_not_tried(account) else ""
    return replace(report_crossing(account, now=now), doubt=doubt)


def what_blocks(account: PartnerAccount, report: Report) -> CannotFinish | None:
    """Why Account Activity should not be dropped now; None when it can be."""
    if report.since is None:
        return CannotFinish(_("@{name} is not crossing over.").format(name=account.page_name), report, forcible=False)
    if reason := why_not_tried(account):
        return CannotFinish(reason, report, forcible=False)
    if not account.subscriptions.filter(product=Product.X_ACTIVITY, unwanted_since=None).exists():
        sentence = _("X Activity has no order for @{name}; nothing would come any more.").format(name=account.page_name)
        return CannotFinish(sentence, report, forcible=False)
    return CannotFinish(report.obstacle, report, forcible=True) if report.obstacle else None


def what_ends(report: Report) -> list[str]:
    """What will be told no more once Account Activity is dropped, as far as the comparison shows it."""
    doubt = [report.doubt] if report.doubt else []
    missed = [_missed(row.kind, row.missed) for row in report.missed]
    refused = [
        _("{name}: X refuses the order, so such events come no more.").format(name=name)
        for name in sorted(report.refused)
    ]
    unknown = [] if any(row.both or row.x_activity_only for row in report.rows) else [_(_UNKNOWN)]
    others = ", ".join(title_of(kind) for kind in sorted(WITHOUT_COUNTERPART))
    return [
        *doubt,
        *missed,
        *refused,
        *unknown,
        _("{others}: X Activity has no order for these.").format(others=others),
    ]


def what_comes_next(app: XApp) -> str:
    """By which product the next account of the app is ordered, once one has crossed over."""
    if needed := still_needed_by(app):
        names = ", ".join(f"@{name}" for name in needed)
        return _(
            "The app “{name}” still orders Account Activity for new accounts, until {names} crossed over too."
        ).format(name=app.name, names=names)
    return _(
        "No account of the app “{name}” needs Account Activity any more: new ones are ordered by X Activity."
    ).format(name=app.name)


def still_needed_by(app: XApp) -> list[str]:
    """The accounts of the app that have Account Activity, or want it. Once there is none, what is connected next is
    ordered by X Activity: the app is registered by it."""
    ordered = app.accounts.filter(subscriptions__product=Product.ACCOUNT_ACTIVITY, subscriptions__unwanted_since=None)
    wanted = app.accounts.filter(products__contains=[Product.ACCOUNT_ACTIVITY], purged_at=None)
    return sorted({*ordered.values_list("page_name", flat=True), *wanted.values_list("page_name", flat=True)})


def _ask_x(account: PartnerAccount, *, now: datetime) -> str:
    try:
        ordered = subscribe(account, now=now, products=[Product.X_ACTIVITY])
        rows = account.subscriptions.filter(product=Product.X_ACTIVITY, unwanted_since=None)
        row = rows.select_related("webhook").first()
        if ordered.added:
            return _(
                "X had no order for {some}; placed again just now. Wait until X Activity has told such an "
                "event, then compare again."
            ).format(some=_some(ordered.added))
        missing = missing_orders(account, row.webhook, Product.X_ACTIVITY) if row else []
    except XError as error:
        return " ".join((_(_UNREAD), error.said, _("Mend that, or wait, and compare again.")))
    except (CannotOpen, CannotRefresh, NotConnected, NotOffered) as error:
        return " ".join((_(_UNREAD), str(error), _("Mend that, and compare again.")))
    elsewhere = sorted(set(missing) - set(ordered.refused))
    if not elsewhere:
        return ""
    return _(
        "X has no order for {some} that leads to our webhook, and takes none: it leads to another one. Withdraw "
        "it at X, then compare again."
    ).format(some=_some(elsewhere))


def _missed(kind: str, n: int) -> str:
    sentence = ngettext("{kind}: {n} event that X Activity missed.", "{kind}: {n} events that X Activity missed.", n)
    return sentence.format(kind=title_of(kind), n=n)


def _some(labels: Sequence[str]) -> str:
    more = _(" and {n} more").format(n=len(labels) - NAMED) if len(labels) > NAMED else ""
    return ", ".join(labels[:NAMED]) + more
