"""Which posts our accounts like and repost, as X tells it: also what somebody did in X's own app. What was done here
is in the record of acts; console/deeds.py puts the two together.

X tells of likes and reposts, and of reposts taken back (as deletions of the repost); of likes taken back it tells
nothing (x-api 3.5). Set-wise: at most four statements, and none where there is nothing to keep.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from kapture.prepared import Given, IsOneOf, prepared
from twitter_integration.events import Event, Kind, LikeEvent, PostDeleted, PostEvent
from twitter_integration.facts.moments import happened_at
from twitter_integration.models import Reaction

_COLUMNS = ("liked_at", "reposted_at", "repost_id", "unreposted_at")


def keep_reactions(told: Iterable[tuple[Event, datetime]]) -> None:
    """Of events that reached us at these moments."""
    events = sorted(told, key=lambda one: happened_at(*one))
    _keep([_like(event, at) for event, at in events if isinstance(event, LikeEvent) and event.kind == Kind.LIKE_BY_US])
    _keep([_repost(event, at) for event, at in events if isinstance(event, PostEvent) and event.post.reposted_id])
    gone = [(event, happened_at(event, at)) for event, at in events if isinstance(event, PostDeleted)]
    if gone:
        _take_back(gone)


def known_reactions(account_key: str, posts: Sequence[str]) -> Iterable[tuple[str, str, bool, datetime]]:
    """Post, the console's word for it, whether it is so, since when X told it. One statement."""
    for row in _reactions(account=account_key, posts=list(posts)):
        if row.liked_at is not None:
            yield row.post_id, "like", True, row.liked_at
        if row.reposted_at is not None:
            undone = row.unreposted_at is not None and row.unreposted_at >= row.reposted_at
            yield (
                row.post_id,
                "repost",
                not undone,
                row.unreposted_at if undone and row.unreposted_at else row.reposted_at,
            )


@prepared
def _reactions() -> QuerySet[Reaction]:
    return Reaction.objects.filter(IsOneOf(F("post_id"), Given("posts")), account_key=Given("account"))


def _like(event: LikeEvent, received_at: datetime) -> Reaction:
    at = happened_at(event, received_at)
    return Reaction(account_key=event.account_id, post_id=event.post_id, liked_at=at)


def _repost(event: PostEvent, received_at: datetime) -> Reaction | None:
    post = event.post
    if event.kind != Kind.REPOST_BY_US:
        return None
    at = happened_at(event, received_at)
    return Reaction(account_key=event.account_id, post_id=post.reposted_id, reposted_at=at, repost_id=post.id)


def _keep(rows: Iterable[Reaction | None]) -> None:
    """The latest of each; what the row knows beside it stays."""
    latest = {(row.account_key, row.post_id): row for row in rows if row is not None}
    if not latest:
        return
    found = [latest[key] for key in sorted(latest)]
    changed = [name for name in _COLUMNS if getattr(found[0], name)]
    Reaction.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["account_key", "post_id"], update_fields=changed
    )


def _take_back(gone: Sequence[tuple[PostDeleted, datetime]]) -> None:
    """A repost that is gone is taken back; of a post that is gone nothing is kept."""
    numbers = [event.post_id for event, _at in gone]
    Reaction.objects.filter(post_id__in=numbers).delete()
    reposts = Q(repost_id__in=numbers) & ~Q(repost_id="")
    Reaction.objects.filter(reposts).update(unreposted_at=max(at for _event, at in gone))
