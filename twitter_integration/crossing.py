"""Crossing over from Account Activity, which X ends on 1 January 2027, to X Activity, side by side for a while.

An event told by both is one row with both sources (pairing sees to those the products name differently); so the report
counts rows, and nothing is doubled meanwhile. Account Activity is dropped only on evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from twitter_integration.choices import Product
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.subscriptions import subscribe, unsubscribe

# The other product may tell of it a little later (x-api 2.6: retries within about five minutes).
STILL_COMING = timedelta(minutes=5)
# Placing the orders takes seconds, and up to ten more pass before the first event (x-api 2.6).
SETTLING = timedelta(seconds=60)
# X Activity has no order for these, so Account Activity alone tells of them, and that holds up nobody: what is done to
# us by others' blocks and mutes, the end of a replay, posts in a thread that concern us only by the way (x-api 3.3).
WITHOUT_COUNTERPART = frozenset(
    {"block_of_us", "unblock_of_us", "mute_of_us", "unmute_of_us", "replay_finished", "post_other"}
)


class CannotFinish(Exception):
    """Account Activity is still needed; the text says for what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Of one kind of event since the crossing began: how many came by both products, and by one alone."""

    kind: str
    both: int = 0
    account_activity_only: int = 0
    x_activity_only: int = 0

    @property
    def missed(self) -> int:
        return 0 if self.kind in WITHOUT_COUNTERPART else self.account_activity_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`until`: when it was asked for. What came within the last minutes is not compared yet."""

    since: datetime | None
    until: datetime
    rows: list[Told] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def missed(self) -> list[Told]:
        return [row for row in self.rows if row.missed]

    @property
    def obstacle(self) -> str:
        """Why Account Activity is still needed: what is missing, and when it can be known. Empty when it is not."""
        if self.since is None:
            return "The account is not crossing over: start with x_subscribe migrate."
        first = self.since + SETTLING + STILL_COMING
        if self.until < first:
            return f"Both have run side by side too shortly: what each told can be compared from {_clock(first)} on."
        if self.missed:
            return f"Since {_clock(self.since)} only Account Activity told of: {_listed(self.missed)}. See --report."
        if self.refused:
            return f"X refuses orders whose events would come no more: {', '.join(sorted(self.refused))}."
        if not any(row.both or row.x_activity_only for row in self.rows):
            return (
                f"X Activity has told nothing between {_clock(self.since + SETTLING)} and"
                f" {_clock(self.until - STILL_COMING)}, so nothing shows that it works. Have somebody mention the"
                f" account, and compare again {_minutes(STILL_COMING)} later."
            )
        return ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat(),
            "told": {
                row.kind: {
                    "both": row.both,
                    "account_activity_only": row.account_activity_only,
                    "x_activity_only": row.x_activity_only,
                }
                for row in self.rows
            },
            "refused": self.refused,
            "safe_to_finish": not self.obstacle,
            "waiting_for": self.obstacle or None,
        }


def begin_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """Order both products; run again, it goes on with the crossing under way. Raises XError."""
    subscribe(account, now=now, products=[Product.ACCOUNT_ACTIVITY, Product.X_ACTIVITY])
    if account.crossing_since is None:
        _set_crossing(account, now)
    return report_crossing(account, now=now)


def report_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """What each product told since the crossing began, but for its first minute and the last ones."""
    since, until = account.crossing_since, now
    rows = _count(account, since=since + SETTLING, until=now - STILL_COMING) if since else []
    return Report(since=since, until=until, rows=rows, refused=dict(account.refused_orders))


def finish_crossing(account: PartnerAccount, *, now: datetime, force: bool = False) -> Report:
    """Drop Account Activity. Raises CannotFinish unless X Activity was seen to tell everything, or forced; XError."""
    if account.crossing_since is None:
        raise CannotFinish(f"@{account.page_name} is not crossing over: start with x_subscribe migrate.")
    if not account.subscriptions.filter(product=Product.X_ACTIVITY).exists():
        raise CannotFinish(f"X Activity has no order for @{account.page_name}; nothing would come any more.")
    report = report_crossing(account, now=now)
    if report.obstacle and not force:
        raise CannotFinish(f"{report.obstacle} x_subscribe migrate --finish --force drops it all the same.")
    unsubscribe(account, products=[Product.ACCOUNT_ACTIVITY])
    _set_crossing(account, None)
    return report


def _count(account: PartnerAccount, *, since: datetime, until: datetime) -> list[Told]:
    rows = Event.objects.filter(account_id=account.page_id, received_at__gte=since, received_at__lt=until)
    counts: dict[str, dict[str, int]] = {}
    for kind, sources in rows.values_list("kind", "sources").iterator():
        told = _who(sources)
        if told:
            by_kind = counts.setdefault(kind, {})
            by_kind[told] = by_kind.get(told, 0) + 1
    return [Told(kind=kind, **by) for kind, by in sorted(counts.items())]


def _who(sources: Iterable[str]) -> str:
    told = set(sources) & set(Product.values)
    if len(told) == 2:
        return "both"
    return f"{next(iter(told))}_only" if told else ""


def _listed(missed: Iterable[Told]) -> str:
    return ", ".join(f"{row.missed} × {row.kind.replace('_', ' ')}" for row in missed)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _minutes(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60)} minutes"


def _set_crossing(account: PartnerAccount, since: datetime | None) -> None:
    account.crossing_since = since
    PartnerAccount.objects.filter(pk=account.pk).update(crossing_since=since)
