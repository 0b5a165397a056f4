"""Who told what while both products run side by side: the evidence on which Account Activity is dropped.

An event told by both is one row with both sources (pairing sees to those the products name differently); so rows are
counted. What a third way in brought as well (polling, a search) is missed by nobody. Recordings are no telling of X's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from twitter_integration.activities import title_of
from twitter_integration.choices import RECORDED, Product
from twitter_integration.events import Kind
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.payloads.passing import named_in_passing

# The other product may tell of it a little later (x-api 2.6: retries within about five minutes).
STILL_COMING = timedelta(minutes=5)
# Placing the orders takes seconds, and up to ten more pass before the first event (x-api 2.6).
SETTLING = timedelta(seconds=60)
ENOUGH = timedelta(minutes=10)  # less of both side by side is no evidence
LOOK_BACK = timedelta(hours=24)  # an outage of last week says nothing about today
# X Activity has no order for these, so Account Activity alone tells of them, and that holds up nobody: what is done to
# us by others' blocks and mutes, the end of a replay, posts in a thread that concern us only by the way (x-api 3.3).
WITHOUT_COUNTERPART = frozenset(
    {"block_of_us", "unblock_of_us", "mute_of_us", "unmute_of_us", "replay_finished", "post_other"}
)
# Why what Account Activity alone told holds up nobody, where it is counted as excused.
BY_THE_WAY = "names the account only by the way"
ANOTHER_WAY = "came by another way as well"
NOTHING_ACTS = "of unknown kind, nothing here acts on it"
NO_ORDER = "X Activity has no order for it"
SHOWN = 5  # of what is missed, by kind


@dataclass(slots=True, kw_only=True)
class Told:
    """Of one kind of event: how many came by both products, and by one alone.

    excused: of those by Account Activity alone, what X Activity cannot tell (it has no order for it, or the post names
    the account only by the way), what came by a third way as well, and what nothing here acts on; by reason.
    missed_keys: the other ones, as events are named in the admin.
    """

    kind: str
    both: int = 0
    account_activity_only: int = 0
    x_activity_only: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    missed_keys: list[str] = field(default_factory=list)

    @property
    def excused(self) -> int:
        return self.reasons.total()

    @property
    def missed(self) -> int:
        return len(self.missed_keys)

    def as_dict(self) -> dict[str, Any]:
        counts = {
            "both": self.both,
            "account_activity_only": self.account_activity_only,
            "x_activity_only": self.x_activity_only,
        }
        excused = {"excused": self.excused, "excused_because": dict(self.reasons)} if self.excused else {}
        return counts | excused | ({"missed": self.missed_keys[:SHOWN]} if self.missed_keys else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`until`: when it was asked for. What came within the last minutes is not compared yet."""

    since: datetime | None
    until: datetime
    rows: Sequence[Told] = ()
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def compared_from(self) -> datetime | None:
        return compared_from(self.since, self.until)

    @property
    def missed(self) -> list[Told]:
        return [row for row in self.rows if row.missed]

    @property
    def obstacle(self) -> str:
        """Why Account Activity is still needed: what is missing, and when it can be known. Empty when it is not."""
        if self.since is None or self.compared_from is None:
            return "The account is not crossing over."
        first = self.since + SETTLING + ENOUGH + STILL_COMING
        if self.until < first:
            return f"Both have run side by side too shortly: what each told can be compared from {_clock(first)} on."
        if self.missed:
            began = _clock(self.compared_from)
            return f"Since {began} only Account Activity told of: {_listed(self.missed)}."
        if self.refused:
            return f"X refuses orders whose events would come no more: {', '.join(sorted(self.refused))}."
        if not any(row.both or row.x_activity_only for row in self.rows):
            return (
                f"X Activity has told nothing between {_clock(self.compared_from)} and"
                f" {_clock(self.until - STILL_COMING)}, so nothing shows that it works. Have somebody mention the"
                f" account, and compare again {_minutes(STILL_COMING)} later."
            )
        return ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat() if self.since else None,
            "compared_from": self.compared_from.isoformat() if self.compared_from else None,
            "until": self.until.isoformat(),
            "told": {row.kind: row.as_dict() for row in self.rows},
            "refused": self.refused,
            "safe_to_finish": not self.obstacle,
            "waiting_for": self.obstacle or None,
        }


def report_crossing(account: PartnerAccount, *, now: datetime) -> Report:
    """What each product told since the crossing began, but for its first minute and the last ones; a day at most."""
    since = compared_from(account.crossing_since, now)
    rows = _count(account, since=since, until=now - STILL_COMING) if since else []
    return Report(since=account.crossing_since, until=now, rows=rows, refused=dict(account.refused_orders))


def compared_from(began: datetime | None, now: datetime) -> datetime | None:
    return max(began + SETTLING, now - LOOK_BACK) if began else None


def _count(account: PartnerAccount, *, since: datetime, until: datetime) -> list[Told]:
    rows = Event.objects.filter(account_id=account.page_id, received_at__gte=since, received_at__lt=until)
    counts: dict[str, Told] = {}
    alone: list[tuple[str, str, int | None]] = []  # kind, key, delivery
    for kind, key, sources, delivery in rows.values_list("kind", "key", "sources", "delivery").iterator():
        told = counts.setdefault(kind, Told(kind=kind))
        products = set(sources) & set(Product.values)
        told.both += len(products) == 2
        told.x_activity_only += products == {Product.X_ACTIVITY.value}
        if products == {Product.ACCOUNT_ACTIVITY.value}:
            told.account_activity_only += 1
            if reason := _excuse(kind, set(sources) - products - set(RECORDED.values())):
                told.reasons[reason] += 1
            else:
                alone.append((kind, key, delivery))
    passing = _in_passing(account, [delivery for kind, _, delivery in alone if kind == "mention" and delivery])
    for kind, key, _ in alone:
        if key in passing:
            counts[kind].reasons[BY_THE_WAY] += 1
        else:
            counts[kind].missed_keys.append(key)
    counted = (row for row in counts.values() if row.both or row.account_activity_only or row.x_activity_only)
    return sorted(counted, key=lambda row: row.kind)


def _excuse(kind: str, other_ways: set[str]) -> str:
    if kind in WITHOUT_COUNTERPART:
        return NO_ORDER
    if kind == Kind.UNKNOWN:
        return NOTHING_ACTS
    return ANOTHER_WAY if other_ways else ""


def _in_passing(account: PartnerAccount, deliveries: Iterable[int]) -> set[str]:
    """The keys of those mentions that X Activity has no event for."""
    bodies = Event.objects.filter(delivery__in=set(deliveries)).values_list("delivery__body", flat=True).distinct()
    found: set[str] = set()
    for body in bodies.iterator():
        found |= {f"post:{number}" for number in named_in_passing(bytes(body), who=account.page_id)}
    return found


def _listed(missed: Iterable[Told]) -> str:
    return ", ".join(f"{row.missed} × {title_of(row.kind)}" for row in missed)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _minutes(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60)} minutes"
