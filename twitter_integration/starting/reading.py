"""Which app and account the first run is about, and how they stand by our own rows. Asks X nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from kapture.sealing import CannotOpen
from twitter_integration.accounts import webhook_url
from twitter_integration.choices import DeliveryState, TokenState
from twitter_integration.facts.activities import title_of
from twitter_integration.models import Delivery, Event, PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.starting.silence import Arrived
from twitter_integration.starting.steps import Standing


@dataclass(frozen=True, slots=True)
class Subject:
    """What is set up: none yet, an app, or an app and one account of it."""

    app: XApp | None
    account: PartnerAccount | None

    @property
    def query(self) -> str:
        """What names it in an address; empty where it is the latest anyway."""
        if self.account is not None:
            return f"account={self.account.pk}"
        return f"another={self.app.pk}" if self.app else ""


def find(*, account: str = "", another: str = "") -> Subject | None:
    """The account of that key; a new one of the app `another`; else the latest there is. None for what is not there."""
    rows = PartnerAccount.objects.select_related("app", "address").defer(*PartnerAccount.SEALED_WITH_APP)
    apps = XApp.objects.defer(*XApp.SEALED)
    if account:
        named = rows.filter(pk=int(account)).first() if _is_key(account) else None
        return Subject(named.app, named) if named else None
    if another:
        app = apps.filter(pk=int(another)).first() if _is_key(another) else None
        return Subject(app, None) if app else None
    latest = rows.filter(purged_at=None).order_by("-pk").first()
    return Subject(latest.app, latest) if latest else Subject(apps.order_by("-pk").first(), None)


def stand(subject: Subject) -> Standing:
    app, account = subject.app, subject.account
    if app is None:
        return Standing()
    hook = Webhook.objects.filter(app=app, url=webhook_url(app), emptied_at=None).order_by("-checked_at").first()
    alive = account is not None and account.is_connected and account.token_state == TokenState.ALIVE
    return Standing(
        keys_taken=alive or has_bearer(app),
        connected=account is not None and account.is_connected,
        token_dead=account is not None and account.token_state == TokenState.DEAD,
        registered=hook is not None,
        valid=hook is not None and hook.valid,
        subscribed=account is not None and bool(account.products) and _orders(account).exists(),
        ticket=_first_ticket(account) if account is not None else None,
    )


def arrived(account: PartnerAccount) -> Arrived:
    """What the inbox has of the account since it was subscribed."""
    since = _orders(account).aggregate(at=Min("created_at"))["at"]
    told = Delivery.objects.filter(lane=account.page_id, received_at__gte=since or account.connected_at)
    new = Q(state=DeliveryState.NEW)
    facts = told.aggregate(all=Count("pk"), waiting=Min("received_at", filter=new & Q(attempts=0)))
    dead = told.filter(state=DeliveryState.DEAD).order_by("-pk").values_list("reason", flat=True).first()
    return Arrived(
        enabled=account.enabled,
        since=since,
        delivered=facts["all"],
        waiting_since=facts["waiting"],
        dead=dead or "",
        kind=_last_kind(account, since=since or account.connected_at),
    )


def has_bearer(app: XApp) -> bool:
    try:
        return bool(app.bearer_token)
    except CannotOpen:
        return False


def _last_kind(account: PartnerAccount, *, since: datetime | None) -> str:
    told = Event.objects.filter(account_id=account.page_id, received_at__gte=since) if since else Event.objects.none()
    kind = told.order_by("-pk").values_list("kind", flat=True).first()
    return title_of(kind) if kind else ""


def _first_ticket(account: PartnerAccount) -> int | None:
    found: int | None = account.address.tickets.order_by("pk").values_list("pk", flat=True).first()
    return found


def _orders(account: PartnerAccount) -> QuerySet[Subscription]:
    return account.subscriptions.filter(unwanted_since=None)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
