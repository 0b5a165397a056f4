"""Who told what while both products run side by side: the evidence on which Account Activity is dropped.

An event told by both is one row with both sources (pairing sees to those the products name differently); so rows are
counted. Reading (polling, a search, reconciling) brings every mention and message sooner or later: that shows that the
event is real and says nothing of either product, so it excuses neither. Recordings are no telling of X's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.choices import Product
from twitter_integration.events import Kind
from twitter_integration.facts.activities import title_of
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.payloads.passing import named_in_passing

# The other product may tell of it a little later (x-api 2.6: retries within about five minutes).
STILL_COMING = timedelta(minutes=5)
# Placing the orders takes seconds, and up to ten more pass before the first event (x-api 2.6).
SETTLING = timedelta(seconds=60)
ENOUGH = timedelta(minutes=10)  # less of both side by side is no evidence
LOOK_BACK = timedelta(hours=24)  # an outage of last week says nothing about today
# X Activity has no order for these, so Account Activity alone tells of them, and that holds up nobody: what is done to
# us by others' blocks and mutes, posts in a thread that concern us only by the way (x-api 3.3).
WITHOUT_COUNTERPART = frozenset({"block_of_us", "unblock_of_us", "mute_of_us", "unmute_of_us", "post_other"})
# Why what Account Activity alone told holds up nobody, where it is counted as excused.
BY_THE_WAY = gettext_noop("names the account only by the way")
NOTHING_ACTS = gettext_noop("of unknown kind, nothing here acts on it")
NO_ORDER = gettext_noop("X Activity has no order for it")
SHOWN = 5  # of what is missed, by kind


@dataclass(slots=True, kw_only=True)
class Told:
    """Of one kind of event: how many came by both products, and by one alone.

    excused: of those by Account Activity alone, what X Activity cannot tell (it has no order for it, or the post names
    the account only by the way), and what nothing here acts on; by reason.
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
    """`until`: when it was asked for. What came within the last minutes is not compared yet.

    doubt: what X's own list of orders lacked, or why it could not be read; empty when it was not asked for.
    """

    since: datetime | None
    until: datetime
    rows: Sequence[Told] = ()
    refused: dict[str, str] = field(default_factory=dict)
    doubt: str = ""

    @property
    def compared_from(self) -> datetime | None:
        return compared_from(self.since, self.until)

    @property
    def compared_until(self) -> datetime | None:
        """None while there is nothing to compare yet: in the first minutes of a crossing."""
        until = self.until - STILL_COMING
        return until if self.compared_from and until > self.compared_from else None

    @property
    def first_compared(self) -> datetime | None:
        """When the first figures can be read."""
        return self.compared_from + STILL_COMING if self.compared_from else None

    @property
    def missed(self) -> list[Told]:
        return [row for row in self.rows if row.missed]

    @property
    def obstacle(self) -> str:
        """Why Account Activity is still needed: what is missing, and when it can be known. Empty when it is not."""
        if self.since is None or self.compared_from is None:
            return _("The account is not crossing over.")
        if self.doubt:
            return self.doubt
        first = self.since + SETTLING + ENOUGH + STILL_COMING
        if self.until < first:
            return _("Both have run side by side too shortly: what each told can be compared from {clock} on.").format(
                clock=_clock(first)
            )
        if self.missed:
            began = _clock(self.compared_from)
            return _("Since {began} only Account Activity told of: {listed}.").format(
                began=began, listed=_listed(self.missed)
            )
        if self.refused:
            return _("X refuses orders whose events would come no more: {refused}.").format(
                refused=", ".join(sorted(self.refused))
            )
        if not any(row.both or row.x_activity_only for row in self.rows):
            return _(
                "X Activity has told nothing between {clock} and {clock2}, so nothing shows that it works. Have "
                "somebody mention the account, and compare again {minutes} later."
            ).format(
                clock=_clock(self.compared_from),
                clock2=_clock(self.until - STILL_COMING),
                minutes=_minutes(STILL_COMING),
            )
        return ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat() if self.since else None,
            "compared_from": self.compared_from.isoformat() if self.compared_from else None,
            "until": self.compared_until.isoformat() if self.compared_until else None,
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
    rows = rows.exclude(kind=Kind.REPLAY_FINISHED)  # of a webhook, whichever product leads there
    counts: dict[str, Told] = {}
    alone: list[tuple[str, str, list[int]]] = []  # kind, key, deliveries
    columns = ("kind", "key", "sources", "delivery", "later_deliveries")
    for kind, key, sources, first, later in rows.values_list(*columns).iterator():
        told = counts.setdefault(kind, Told(kind=kind))
        products = set(sources) & set(Product.values)
        told.both += len(products) == 2
        told.x_activity_only += products == {Product.X_ACTIVITY.value}
        if products == {Product.ACCOUNT_ACTIVITY.value}:
            told.account_activity_only += 1
            if reason := _excuse(kind):
                told.reasons[reason] += 1
            else:
                alone.append((kind, key, [*([first] if first else []), *(later or [])]))
    passing = _in_passing(account, {number for kind, _key, told_by in alone if kind == "mention" for number in told_by})
    for kind, key, _told in alone:
        if key in passing:
            counts[kind].reasons[BY_THE_WAY] += 1
        else:
            counts[kind].missed_keys.append(key)
    counted = (row for row in counts.values() if row.both or row.account_activity_only or row.x_activity_only)
    return sorted(counted, key=lambda row: row.kind)


def _excuse(kind: str) -> str:
    if kind in WITHOUT_COUNTERPART:
        return NO_ORDER
    return NOTHING_ACTS if kind == Kind.UNKNOWN else ""


def _in_passing(account: PartnerAccount, deliveries: set[int]) -> set[str]:
    """The keys of those mentions that X Activity has no event for."""
    bodies = Delivery.objects.filter(pk__in=deliveries).values_list("body", flat=True)
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
