"""What reading found and the webhook never told: evidence of a gap, in which X also said what no reading brings (likes,
follows, deletions). Has that stretch replayed.

The webhook is given time first. What is too young to be judged waits on its stream's cursor for the next reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext as _

from twitter_integration import amounts
from twitter_integration.choices import Product
from twitter_integration.events import Event
from twitter_integration.facts.ledger import stored_key
from twitter_integration.models import Cursor, PartnerAccount, Subscription
from twitter_integration.models import Event as EventRow
from twitter_integration.reading import backfill

# A webhook that works tells within seconds, retries included within five minutes (x-api 2.6).
TOLD_WITHIN = timedelta(minutes=6)
_MOST_WAITING = 1000  # of a stream; one of them is evidence enough


def judge(cursor: Cursor, fresh: Iterable[Event], *, now: datetime, by_x: datetime) -> int:
    """How many are missing from what the webhook told. `fresh`: what was read and nobody had told before. `by_x`: now,
    by X's clock, as events are dated by it. The cursor is the caller's to save."""
    since = _ordered_since(cursor.account)
    if since is None:
        cursor.untold = []
        return 0
    known = {str(key): datetime.fromisoformat(at) for key, at in cursor.untold}
    known |= {stored_key(event.key): event.occurred_at for event in fresh if event.occurred_at >= since}
    young = {key: at for key, at in known.items() if by_x - at <= TOLD_WITHIN}
    cursor.untold = [[key, at.isoformat()] for key, at in young.items()][-_MOST_WAITING:]
    missed = _never_told(cursor.account, {key: at for key, at in known.items() if key not in young})
    if missed:
        reason = _("Reading found {what} the webhook had not told.").format(what=amounts.events(len(missed)))
        backfill.plan(cursor.account, since=min(missed), last=max(missed), now=now, reason=reason)
    return len(missed)


def _ordered_since(account: PartnerAccount) -> datetime | None:
    """Since when X is to tell of it by webhook; None: it is not. What happened before, X replays to nobody."""
    orders = Subscription.objects.filter(account=account, unwanted_since=None)
    since: datetime | None = orders.aggregate(since=Min("created_at"))["since"]
    return since


def _never_told(account: PartnerAccount, moments: Mapping[str, datetime]) -> Sequence[datetime]:
    if not moments:
        return []
    rows = EventRow.objects.filter(account_id=account.page_id, key__in=list(moments))
    return [moments[key] for key in rows.exclude(sources__overlap=Product.values).values_list("key", flat=True)]
