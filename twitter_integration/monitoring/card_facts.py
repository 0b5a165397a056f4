"""What the health cards of some accounts rest on, read for all of them together: a fixed number of statements. What it
means is told by health and arrival_signs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from twitter_integration.choices import DeliveryState
from twitter_integration.deliveries.hourly import newest_events, read_hours
from twitter_integration.inbox import dead_letters_of
from twitter_integration.metering import budgets
from twitter_integration.models import Cursor, Delivery, OAuth2Grant, PartnerAccount, Subscription, Webhook
from twitter_integration.setup.auditing import troubles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`newest`: stream → its last event. `waiting_since`: of the oldest delivery not worked yet. `audit_troubles`: what
    the last audit of its app could not mend."""

    grant: OAuth2Grant | None
    hooks: Sequence[Webhook]
    orders: Sequence[Subscription]
    newest: Mapping[str, datetime]
    waiting_since: datetime | None
    dead_letters: int
    cursors: Mapping[str, Cursor]
    budget: budgets.Left
    audit_troubles: Sequence[str]


def gather(accounts: Iterable[PartnerAccount], *, now: datetime) -> dict[int, Facts]:
    """Account → its facts; ten statements, however many they are. The accounts' apps are to be loaded with them."""
    rows = list(accounts)
    keys, apps = [row.pk for row in rows], {row.app_id: row.app for row in rows}
    hours, lefts = read_hours(row.page_id for row in rows), budgets.lefts(rows, now=now)
    waiting, dead = _oldest_unworked(row.page_id for row in rows), dead_letters_of(row.page_id for row in rows)
    sealed = ("access_token", "refresh_token")
    grants = {grant.account_id: grant for grant in OAuth2Grant.objects.filter(account__in=keys).defer(*sealed)}
    hooks, orders = defaultdict(list), defaultdict(list)
    for hook in Webhook.objects.filter(app__in=apps).order_by("-checked_at"):
        hooks[hook.app_id].append(hook)
    for order in Subscription.objects.filter(account__in=keys).select_related("webhook"):
        orders[order.account_id].append(order)
    cursors: dict[int, dict[str, Cursor]] = defaultdict(dict)
    for cursor in Cursor.objects.filter(account__in=keys):
        cursors[cursor.account_id][cursor.stream] = cursor
    audited = troubles_of(apps.values())
    return {
        row.pk: Facts(
            grant=grants.get(row.pk),
            hooks=hooks[row.app_id],
            orders=orders[row.pk],
            newest=newest_events(hours[row.page_id]),
            waiting_since=waiting.get(row.page_id),
            dead_letters=dead.get(row.page_id, 0),
            cursors=cursors[row.pk],
            budget=lefts[row.pk],
            audit_troubles=audited[row.app_id],
        )
        for row in rows
    }


def _oldest_unworked(lanes: Iterable[str]) -> dict[str, datetime]:
    waiting = Delivery.objects.filter(lane__in=list(lanes), state=DeliveryState.NEW).order_by()
    return dict(waiting.values("lane").annotate(oldest=Min("received_at")).values_list("lane", "oldest"))
