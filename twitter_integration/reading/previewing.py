"""Trying a search query out: what it finds today, and what it would bring and cost per day. Takes nothing in."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from twitter_integration.accounts import keys_of
from twitter_integration.client import Answer, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import PostEvent
from twitter_integration.facts.saying import permalink
from twitter_integration.metering import budgets
from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads import parse_posts
from twitter_integration.purge.holdings import rows_of
from twitter_integration.reading import reads
from twitter_integration.reading.search_grammar import MAX_LENGTH, check, compose

SHOWN = 10
_DAY = 86_400.0
_NO_COUNTS = frozenset({ErrorKind.NO_ACCESS, ErrorKind.PERMISSION, ErrorKind.GONE, ErrorKind.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`author`: the handle, `name` as they call themselves. `held`: it is a message here already, or was one."""

    author: str
    name: str
    text: str
    sent_at: datetime
    link: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`per_day`: how many posts match a day; `counted` by X over the last week, else estimated from the newest hits.
    Costs are US dollars a day: as expected, and with the cap reached every hour."""

    query: str
    hits: list[Hit]
    per_day: float
    counted: bool
    cost_per_day: Decimal
    most_per_day: Decimal


def preview(
    account: PartnerAccount, query: str, *, language: str = "", cap_per_hour: int = 60, now: datetime
) -> Preview:
    """Ask X twice: the newest hits, and the counts of the last week. Raises WrongQuery, XError, CannotOpen."""
    check(query)
    text = compose(query, language=language)
    check(text, limit=MAX_LENGTH)
    with XClient(keys_of(account)) as client:
        answer = reads.read_hits(client, text, since_id="", since=None, page="", most=SHOWN)
        counted = _count(client, text)
    found = [e for e in parse_posts(answer.document, account_id=account.page_id).events if isinstance(e, PostEvent)]
    events = [event for event in found if event.post.author.id != account.page_id]  # our own posts are no hits
    per_day = _estimate(events, now=now) if counted is None else counted
    tier, most = account.app.tier, cap_per_hour * 24
    held = _held(account, events)
    return Preview(
        query=text,
        hits=[_hit(event, held) for event in events[:SHOWN]],
        per_day=per_day,
        counted=counted is not None,
        cost_per_day=budgets.cost_of(Tariff.POST_READ, Decimal(str(min(per_day, most))), tier=tier, now=now),
        most_per_day=budgets.cost_of(Tariff.POST_READ, most, tier=tier, now=now),
    )


def _count(client: XClient, text: str) -> float | None:
    """Posts a day, or None where the app may not count."""
    try:
        answer = reads.count_hits(client, text)
    except XError as error:
        if error.kind in _NO_COUNTS:
            return None
        raise
    return _per_day(answer)


def _per_day(answer: Answer) -> float:
    """The mean over the whole time counted; the first and the last day are parts of one."""
    seconds, total = 0.0, 0
    for row in answer.rows:
        start, end = (datetime.fromisoformat(str(row[name])) for name in ("start", "end"))
        seconds += (end - start).total_seconds()
        total += int(row.get("tweet_count") or row.get("post_count") or 0)
    return round(total / seconds * _DAY, 1) if seconds else 0.0


def _estimate(events: list[PostEvent], *, now: datetime) -> float:
    """How dense the newest hits lie."""
    if not events:
        return 0.0
    seconds = max((now - min(event.occurred_at for event in events)).total_seconds(), 1.0)
    return round(len(events) / seconds * _DAY, 1)


def _held(account: PartnerAccount, events: Iterable[PostEvent]) -> Set[str]:
    """Which ids of the posts, earlier versions included, are kept for the account, whatever way they came."""
    ids = {number for event in events for number in _ids(event)}
    own = {"address": account.address_id, "external_id__in": ids}
    kept = rows_of("Message").filter(visibility="public", **own).values_list("external_id", flat=True)
    return {*kept, *rows_of("MessageVersion").filter(**own).values_list("external_id", flat=True)}


def _ids(event: PostEvent) -> tuple[str, ...]:
    return (event.post.id, *event.post.version_ids)


def _hit(event: PostEvent, held: Set[str]) -> Hit:
    post = event.post
    return Hit(
        author=post.author.handle,
        name=post.author.name,
        text=post.text,
        sent_at=post.created_at,
        link=permalink(post),
        held=not held.isdisjoint(_ids(event)),
    )
