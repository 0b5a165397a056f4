"""The audit: what X has is compared with what we want, and mended. Every 30 minutes, and on demand.

Per app: our webhook is registered and valid, every account that wants a product has its orders, and nothing is ordered
that nobody wants, in whatever dialect. What is not ours at X is never touched. Where X cannot be asked, nothing is
concluded.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.sealing import CannotOpen
from twitter_integration import amounts
from twitter_integration.accounts import NotConnected, webhook_url
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import AuditNote, PartnerAccount, Webhook, XApp
from twitter_integration.reading import cursors
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup.bearer import fetch_bearer
from twitter_integration.setup.clearing import LINGERING, clear
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.setup.stopping import is_still_told, still_told
from twitter_integration.setup.webhooks import list_webhooks, register_webhook
from twitter_integration.subscriptions import missing_orders, subscribe, willing_accounts

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=30)
KEPT = timedelta(days=30)
WORK = "audit"
_BUSY = gettext_noop("Another worker compares it at this moment. Look again in a minute.")


@dataclass(slots=True)
class Audit:
    """What one look at an app found: mended, and not to be mended. Both empty: all is well."""

    mended: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def audit_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> dict[int, Audit]:
    """Every app not looked at for half an hour, or with a webhook to delete by now, the longest first; what `at_most`
    does not reach comes next time."""
    start = clock()
    emptied = Webhook.objects.filter(app=OuterRef("pk"), emptied_at__lte=start - LINGERING)
    ripe = Exists(emptied.filter(emptied_at__gt=OuterRef("audited_at") - LINGERING))  # and not looked at since
    due = XApp.objects.filter(Q(audited_at=None) | Q(audited_at__lte=start - EVERY) | ripe)
    due = due.order_by(F("audited_at").asc(nulls_first=True))
    done: dict[int, Audit] = {}
    for pk in list(due.values_list("pk", flat=True)):
        if at_most is not None and clock() - start > at_most:
            break
        with cursors.held_app(pk, WORK) as held:
            # Two workers may have seen that it is due.
            if held and due.filter(pk=pk).exists():
                done[pk] = _look(pk, now=clock())
    return done


def audit_app(pk: int, *, now: datetime) -> Audit:
    """Look, mend, and write down what was done. Never raises for what X or a lost key refuses."""
    with cursors.held_app(pk, WORK) as held:
        return _look(pk, now=now) if held else Audit(failed=[_(_BUSY)])


def _look(pk: int, *, now: datetime) -> Audit:
    audit = Audit()
    # Of what nobody wants X hears also where something that is wanted cannot be mended.
    for step in (_mend, _clear):
        try:
            step(XApp.objects.get(pk=pk), audit, now=now)
        except XError as error:
            audit.failed.append(error.said)
        except (CannotOpen, CannotRefresh, NotConnected, NotOffered) as error:
            audit.failed.append(str(error))
    audit.failed = list(dict.fromkeys(audit.failed))
    _write_down(pk, audit, now=now)
    return audit


def troubles_of(apps: Collection[XApp]) -> dict[int, list[str]]:
    """What the last audit of each app could not mend, by primary key. One statement, where any was audited."""
    found: dict[int, list[str]] = {app.pk: [] for app in apps}
    audited = [app.pk for app in apps if app.audited_at is not None]
    notes = AuditNote.objects.filter(app__in=audited, at__gte=F("app__audited_at"), mended=False).order_by("pk")
    for app, sentence in notes.values_list("app_id", "sentence"):
        found[app].append(sentence)
    return found


def _is_idle(app: XApp) -> bool:
    """Nothing is wanted, nothing is to be withdrawn, and nothing of ours is known to stand at X."""
    return not (willing_accounts(app) or still_told(app) or app.webhooks.exists())


def _mend(app: XApp, audit: Audit, *, now: datetime) -> None:
    if _is_idle(app):
        return
    accounts = willing_accounts(app)
    _mend_bearer(app, audit)
    for product in sorted({product for account in accounts for product in account.products}):
        webhook = _mend_webhook(app, product, audit, now=now)
        for account in accounts:
            if product in account.products:
                account.app = app  # with the token just mended
                _mend_orders(account, webhook, product, audit, now=now)


def _clear(app: XApp, audit: Audit, *, now: datetime) -> None:
    """After the mending: what is replaced goes once the new stands. So does what X did not hear of a purge."""
    if _is_idle(app):
        return
    purged = still_told(app)
    cleared = clear(app, now=now)
    for place, number in Counter(found.place.label for found in cleared.withdrawn).items():
        audit.mended.append(
            _("{what} that nobody wants withdrawn: {place}.").format(what=amounts.subscriptions(number), place=place)
        )
    audit.mended += [
        _("A webhook of ours that nothing needs was deleted: {label}.").format(label=place.label)
        for place in cleared.deleted
    ]
    audit.failed += cleared.failed
    for account in purged:
        if is_still_told(account):
            audit.failed.append(_("@{name} was purged, but X still tells of it.").format(name=account.page_name))
        else:
            audit.mended.append(
                _("@{name} was purged; X was told now, and tells nothing more of it.").format(name=account.page_name)
            )


def _mend_bearer(app: XApp, audit: Audit) -> None:
    """A bearer token invalidated behind our back is fetched anew; X has another one by then."""
    try:
        list_webhooks(app)
    except XError as error:
        if error.kind != ErrorKind.WRONG_KEYS or not app.bearer_token:
            raise
        fetch_bearer(app)
        audit.mended.append(_("X no longer knew the app's bearer token; a new one was fetched."))


def _mend_webhook(app: XApp, product: str, audit: Audit, *, now: datetime) -> Webhook:
    known = [hook for hook in list_webhooks(app, product=product) if hook.ours]
    right = next((hook for hook in known if hook.url == webhook_url(app)), None)
    if right is None or not right.valid:  # so it is until mending succeeds
        app.webhooks.filter(x_id__in=[hook.x_id for hook in known]).update(valid=False, checked_at=now)
    webhook = register_webhook(app, now=now, product=product)
    if right is None and known:
        audit.mended.append(
            _("The webhook led to {url}; it was registered under our address of today.").format(url=known[0].url)
        )
    elif right is None:
        audit.mended.append(_("X had no webhook of ours; it was registered."))
    elif not right.valid:
        audit.mended.append(_("X held the webhook invalid; it was challenged again and is valid."))
    return webhook


def _mend_orders(account: PartnerAccount, webhook: Webhook, product: str, audit: Audit, *, now: datetime) -> None:
    """One account's trouble is its own."""
    try:
        missing = missing_orders(account, webhook, product)
        ours = account.subscriptions.filter(webhook=webhook, product=product)
        if not (set(missing) - set(account.refused_orders)) and ours.exists():
            return
        ordered = subscribe(account, now=now, products=[product])
    except XError as error:
        audit.failed.append(f"@{account.page_name}: {error.said}")
        return
    if ordered.added:
        audit.mended.append(
            _("@{name}: {what} placed again.").format(
                name=account.page_name, what=amounts.missing_subscriptions(len(ordered.added))
            )
        )
    if ordered.withdrawn:
        told = amounts.subscriptions(len(ordered.withdrawn))
        audit.mended.append(
            _("@{name}: {told} that these replace withdrawn.").format(name=account.page_name, told=told)
        )


def _write_down(pk: int, audit: Audit, *, now: datetime) -> None:
    notes = [(sentence, True) for sentence in audit.mended] + [(sentence, False) for sentence in audit.failed]
    for sentence, mended in notes:
        log.log(logging.INFO if mended else logging.WARNING, "Audit of X app %d: %s", pk, sentence)
    AuditNote.objects.bulk_create(
        AuditNote(app_id=pk, at=now, mended=mended, sentence=sentence[:400]) for sentence, mended in notes
    )
    AuditNote.objects.filter(app_id=pk, at__lt=now - KEPT).delete()
    XApp.objects.filter(pk=pk).update(audited_at=now)
