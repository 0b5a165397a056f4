"""What a webhook may be told by now: what waits is dropped once *private* is unticked, and what is sent again is asked.

Who changes both locks deliveries before their webhook, as who notes what came of a try (tickets/hooks/delivering.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.choices import HookState
from tickets.models import Activity, Hook, HookDelivery
from tickets.permissions import public_lines


def tellable(lines: QuerySet[Activity], *, private: bool) -> QuerySet[Activity]:
    return lines if private else public_lines(lines.filter(ticket__private=False))


def drop_private(hook: Hook) -> int:
    """What waits of private tickets, and private lines of public ones; returns how many."""
    return _private(HookDelivery.objects.filter(hook=hook.pk, state=HookState.WAITING)).delete()[0]


@transaction.atomic
def send_again(deliveries: Sequence[HookDelivery], *, now: datetime) -> Mapping[HookDelivery, str]:
    """The same bodies under the same ids, so that receivers may know them again; returns why others are not sent. A
    fixed number of statements. Under the webhooks' locks: nobody unticks *private* meanwhile."""
    rows = HookDelivery.objects.filter(pk__in=[one.pk for one in deliveries])
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    hooks = Hook.objects.select_for_update(no_key=True).filter(pk__in={one.hook_id for one in deliveries})
    held = {hook.pk: hook for hook in hooks.defer("secret").order_by("pk")}
    private = set(_private(rows).values_list("pk", flat=True))
    refused = {one: _why_not(held[one.hook_id], private=one.pk in private) for one in deliveries}
    goes = [one for one in deliveries if not refused[one]]
    for one in goes:
        one.again(now)
    HookDelivery.objects.bulk_update(goes, ["state", "tries", "next_at", "ended_at", "reason"])
    return {one: why for one, why in refused.items() if why}


def _why_not(hook: Hook, *, private: bool) -> str:
    if not hook.enabled:
        return _("The webhook is switched off.")
    return _("It is told of nothing private any more.") if private and not hook.private else ""


def _private(deliveries: QuerySet[HookDelivery]) -> QuerySet[HookDelivery]:
    """A line that is gone with its ticket may have been private, too; a test has none."""
    public = tellable(Activity.objects.filter(pk=OuterRef("line")), private=False)
    return deliveries.filter(Q(ticket__private=True) | Q(~Exists(public), line__isnull=False))
