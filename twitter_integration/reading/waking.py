"""An account is read at once, and not at its next turn, when X begins to tell of it in another way: what happened in
between, no webhook tells. Rings the bell of polling; what is due is decided by cursors.is_due."""

from datetime import datetime

from django.db import transaction

from tickets.bells import ring
from twitter_integration.models import PartnerAccount

BELL = "x_poll"
TASK = "twitter_integration.tasks.poll"


def read_soon(account: PartnerAccount, *, now: datetime) -> None:
    """Now, and once more when X's new orders work."""
    with transaction.atomic():
        PartnerAccount.objects.filter(pk=account.pk).update(reading_wanted_at=now)
        ring(BELL, task=TASK)
