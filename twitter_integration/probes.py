"""X's figures for /readyz and /metrics: what came in and was not yet worked, what could not be worked, and how
webhooks, challenges and tokens stand."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from kapture.figures import Figure
from twitter_integration.choices import DeliveryState, TokenState
from twitter_integration.models import Delivery, PartnerAccount, Webhook, XApp
from twitter_integration.monitoring.cost_figures import figures_of_costs
from twitter_integration.monitoring.health import challenge_age
from twitter_integration.monitoring.stream_figures import figures_of_streams
from twitter_integration.setup.auditing import troubles_of

# A delivery nobody has tried for so long means that no worker works.
OLDEST_ALLOWED = 300.0  # seconds


def figures() -> list[Figure]:
    now = timezone.now()
    new = Delivery.objects.filter(state=DeliveryState.NEW)
    waiting = new.filter(attempts=0).aggregate(rows=Count("id"), oldest=Min("received_at"))
    age = (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    sentence = f"A delivery has been waiting for {age:.0f} s." if age > OLDEST_ALLOWED else None
    help_text = "Webhook deliveries by state: new, retrying (failed before), dead"
    counts = {
        "new": waiting["rows"],
        "retrying": new.filter(attempts__gt=0).count(),
        "dead": Delivery.objects.filter(state=DeliveryState.DEAD).count(),
    }
    return [
        Figure(
            "kapture_delivery_oldest_age_seconds",
            "Age of the oldest delivery nobody has tried",
            age,
            unhealthy=sentence,
            healthy="What X delivers is worked in time.",
        ),
        *[Figure("kapture_deliveries", help_text, rows, labels={"state": state}) for state, rows in counts.items()],
        *_of_apps(now),
        *_of_accounts(now),
        *figures_of_streams(now),
        *figures_of_costs(now),
    ]


def _of_apps(now: datetime) -> Iterator[Figure]:
    apps = {app.pk: app for app in XApp.objects.defer(*XApp.SEALED)}
    for webhook in Webhook.objects.filter(app__in=apps):
        labels = {"app": apps[webhook.app_id].name, "webhook": webhook.x_id}
        yield Figure("kapture_x_webhook_valid", "1 while X holds our webhook valid", webhook.valid, labels=labels)
    troubles = troubles_of(apps.values())
    for app in apps.values():
        age = challenge_age(app, now=now)
        if age is not None:
            help_text = "Seconds since a challenge of X's was last known to be answered"
            yield Figure("kapture_x_challenge_age_seconds", help_text, age, labels={"app": app.name})
        failed = len(troubles[app.pk])
        yield Figure("kapture_x_audit_failures", "What the last audit could not mend", failed, labels={"app": app.name})


def _of_accounts(now: datetime) -> Iterator[Figure]:
    """One figure a possible state, so that a rule can ask for one that is 1."""
    for account in PartnerAccount.objects.defer(*PartnerAccount.SEALED):
        without = "disconnected" if account.purged_at is None else "purged"
        without = "purging" if account.is_purge_unfinished else without
        state = account.token_state if account.is_connected else without
        for name in (*TokenState.values, "disconnected", "purging", "purged"):
            labels = {"account": account.page_id, "state": name}
            yield Figure(
                "kapture_x_token_state", "1 for the state an account's token is in", name == state, labels=labels
            )
        if account.last_event_at is not None:
            age = (now - account.last_event_at).total_seconds()
            help_text = "Seconds since X last told of the account"
            yield Figure("kapture_x_last_event_age_seconds", help_text, age, labels={"account": account.page_id})
