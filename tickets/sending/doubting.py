"""After a backup was restored: what was on its way then is perhaps out by now."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_noop

from tickets.choices import SendState
from tickets.models import OutboxEntry

RESTORED = gettext_noop("A backup was restored: perhaps it is out since.")
_GOING = (SendState.HELD, SendState.QUEUED, SendState.SENDING)


@transaction.atomic
def doubt_all(now: datetime) -> Iterable[str]:
    """Each is looked for on its channel before it goes (reading_back). What somebody has to let go, they have to look
    at. Two statements; what an operator is told."""
    due = Q(state__in=_GOING) | Q(state=SendState.SCHEDULED, not_before__lte=now)
    # Since it was written: nobody knows when it was tried in the time that is lost.
    perhaps = {"claimed_at": F("created_at"), "perhaps_out_at": F("created_at"), "tries": Greatest("tries", 1)}
    count = OutboxEntry.objects.filter(due).update(state=SendState.UNKNOWN, not_before=now, reason=RESTORED, **perhaps)
    awaiting = OutboxEntry.objects.filter(state=SendState.AWAITING).count()
    told = []
    if count:
        told.append(f"{count} answers were on their way: each is looked for on its channel before anything is sent.")
    if awaiting:
        told.append(f"{awaiting} answers await approval: perhaps they were let go since; look before you do so again.")
    return told
