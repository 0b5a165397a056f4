"""X's figures for /readyz and /metrics: what came in and was not yet worked, and what could not be worked."""

from django.db.models import Count, Min
from django.utils import timezone

from kapture.figures import Figure
from twitter_integration.choices import DeliveryState
from twitter_integration.models import Delivery

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
        ),
        *[Figure("kapture_deliveries", help_text, rows, labels={"state": state}) for state, rows in counts.items()],
    ]
