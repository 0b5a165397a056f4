"""The reads of X that polling, search and re-checks are made of: which call, which fields. Asks, and decides nothing.

Whatever the calls answer is read by payloads.parse_posts and payloads.parse_messages.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from twitter_integration.client import Answer, XClient
from twitter_integration.models import PartnerAccount

PAGE = 100  # the most X gives at once
_EPOCH_MS = 1288834974657  # first millisecond of X's ids: ms = (id >> 22) + this
_PUBLIC_FIELDS = "username,name,profile_image_url,verified,protected,public_metrics,description,location,created_at"
# How somebody stands to whoever asks comes along with their profile, where an account asks.
STANDING_FIELDS = "receives_your_dm,connection_status"
PERSON_FIELDS = f"{_PUBLIC_FIELDS},{STANDING_FIELDS}"
POST_QUERY = {
    "tweet.fields": (
        "author_id,conversation_id,created_at,in_reply_to_user_id,referenced_tweets,entities,attachments,note_tweet,"
        "edit_history_tweet_ids,display_text_range,reply_settings,lang"
    ),
    "expansions": (
        "author_id,in_reply_to_user_id,attachments.media_keys,referenced_tweets.id,referenced_tweets.id.author_id"
    ),
    "user.fields": PERSON_FIELDS,
    "media.fields": "type,url,preview_image_url,variants,alt_text,width,height",
}
MESSAGE_QUERY = {
    "dm_event.fields": (
        "id,text,event_type,sender_id,created_at,dm_conversation_id,attachments,entities,participant_ids"
    ),
    "event_types": "MessageCreate",
    "expansions": "sender_id,participant_ids,attachments.media_keys",
    "user.fields": PERSON_FIELDS,
    "media.fields": POST_QUERY["media.fields"],
}

# client, account, lowest id wanted (exclusive), earliest moment wanted, page → newest first
Read = Callable[[XClient, PartnerAccount, str, datetime | None, str], Answer]


def read_mentions(client: XClient, account: PartnerAccount, since_id: str, since: datetime | None, page: str) -> Answer:
    """X keeps the newest 800."""
    return client.request(
        "GET", f"/2/users/{account.page_id}/mentions", query=_bounded(POST_QUERY, since_id, since, page)
    )


def read_own_posts(
    client: XClient, account: PartnerAccount, since_id: str, since: datetime | None, page: str
) -> Answer:
    """X keeps the newest 3,200."""
    return client.request(
        "GET", f"/2/users/{account.page_id}/tweets", query=_bounded(POST_QUERY, since_id, since, page)
    )


def read_messages(client: XClient, account: PartnerAccount, since_id: str, since: datetime | None, page: str) -> Answer:
    """X keeps 30 days, and knows no lower bound: the caller stops where it has seen enough. 15 calls in 15 minutes."""
    return client.request("GET", "/2/dm_events", query=_bounded(MESSAGE_QUERY, "", None, page))


def read_hits(
    client: XClient,
    query: str,
    *,
    since_id: str,
    since: datetime | None,
    page: str,
    most: int,
    until_id: str = "",
) -> Answer:
    """Posts of the last seven days that match, below `until_id` where it is given; 10 to 100 at once."""
    bounds = _bounded(POST_QUERY, since_id, since, page)
    bounds |= {"query": query, "max_results": str(min(max(most, 10), PAGE))}
    if until_id:
        bounds["until_id"] = until_id
    return client.request("GET", "/2/tweets/search/recent", query=bounds)


def read_posts(client: XClient, ids: Sequence[str], *, as_app: bool = False) -> Answer:
    """Up to 100 posts; those that are gone or hidden are named in the document's `errors`."""
    query = POST_QUERY | {"ids": ",".join(ids)}
    if as_app:
        return client.request("GET", "/2/tweets", query=query | {"user.fields": _PUBLIC_FIELDS}, auth="app")
    return client.request("GET", "/2/tweets", query=query)


def read_people(client: XClient, ids: Sequence[str]) -> Answer:
    """Up to 100 people, and how they stand to the account."""
    return client.request("GET", "/2/users", query={"ids": ",".join(ids), "user.fields": PERSON_FIELDS})


def count_hits(client: XClient, query: str) -> Answer:
    """How many posts matched per day of the last seven; app context only (docs.x.com, "Post counts")."""
    return client.request("GET", "/2/tweets/counts/recent", query={"query": query, "granularity": "day"}, auth="app")


def time_of(number: str) -> datetime | None:
    """When X gave out an id."""
    if not (number.isascii() and number.isdigit()):
        return None
    return datetime.fromtimestamp(((int(number) >> 22) + _EPOCH_MS) / 1000, tz=UTC)


def id_of(row: Mapping[str, Any]) -> str:
    """A row's id where it is one, else ""."""
    number = str(row.get("id") or "")
    return number if number.isascii() and number.isdigit() else ""


def earlier(number: str, by: timedelta) -> str:
    """The id X would have given out that much earlier; "" stays ""."""
    milliseconds = int(by.total_seconds() * 1000)
    return str(max(1, int(number) - (milliseconds << 22))) if number else ""


def first_id_at(moment: datetime) -> str:
    """The lowest id X can have given out at that moment."""
    return str(max(1, int(moment.timestamp() * 1000) - _EPOCH_MS) << 22)


def newest(*numbers: str) -> str:
    """The highest of some ids; "" counts as none."""
    return max(numbers, key=lambda number: int(number or 0), default="")


def oldest(*numbers: str) -> str:
    """The lowest of some ids; "" counts as none."""
    return min((number for number in numbers if number), key=int, default="")


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, as X takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bounded(fields: dict[str, str], since_id: str, since: datetime | None, page: str) -> dict[str, str]:
    """X takes one lower bound, an id or a moment."""
    query = {**fields, "max_results": str(PAGE)}
    if since_id:
        query["since_id"] = since_id
    elif since is not None:
        query["start_time"] = stamp(since)
    return query | ({"pagination_token": page} if page else {})
