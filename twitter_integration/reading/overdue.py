"""How many stored posts nobody has looked up on X for more than 24 hours. To count them every message of tickets that
are not done is read: so the re-check counts at the end of its run, every ten minutes, and whoever asks reads that."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from twitter_integration.models import Cursor, PartnerAccount, PostCheck
from twitter_integration.models.cursor import Stream
from twitter_integration.reading.stored import posts_to_check

LATE = timedelta(hours=24)
# Beyond this nobody counts: no worker works.
COUNTED_LATELY = timedelta(hours=1)


def told(
    accounts: Iterable[PartnerAccount], cursors: Mapping[int, Mapping[str, Cursor]], *, now: datetime
) -> dict[int, int]:
    """Account → how many, as its cursor was told lately. One statement where one was not, else none."""
    rows = list(accounts)
    known: dict[int, int] = {}
    for account in rows:
        cursor = cursors[account.pk].get(Stream.RECHECK)
        if cursor is not None and cursor.counted_at is not None and now - cursor.counted_at < COUNTED_LATELY:
            known[account.pk] = cursor.overdue
    rest = [account for account in rows if account.pk not in known]
    return known | (count(rest, now=now) if rest else {})


def note(*, now: datetime) -> None:
    """Counts, for `told`. Three statements."""
    late = count(PartnerAccount.objects.filter(enabled=True).only("pk", "address"), now=now)
    Cursor.objects.bulk_create(
        [Cursor(account_id=pk, stream=Stream.RECHECK, overdue=n, counted_at=now) for pk, n in sorted(late.items())],
        update_conflicts=True,
        unique_fields=["account", "stream"],
        update_fields=["overdue", "counted_at"],
    )


def count(accounts: Iterable[PartnerAccount], *, now: datetime) -> dict[int, int]:
    """As things stand. One statement, which reads much."""
    addresses = {account.address_id: account.pk for account in accounts}
    seen = PostCheck.objects.filter(message=OuterRef("pk"), checked_at__gte=now - LATE)
    held = posts_to_check(addresses).filter(~Exists(seen), received_at__lt=now - LATE).order_by()
    counts: Sequence[tuple[int, int]] = held.values("address").annotate(n=Count("pk")).values_list("address", "n")
    by_address = dict(counts)
    return {account: by_address.get(address, 0) for address, account in addresses.items()}
