"""/2/tweets/search/recent and /2/tweets/counts/recent: the last seven days, by X's operators."""

from twitter_integration.sandbox import posts, query, searching
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json, renamed
from twitter_integration.sandbox.api.reading import list_posts, parse_time
from twitter_integration.sandbox.errors import ApiError, invalid
from twitter_integration.sandbox.ids import first_at, iso_time, now_ms, time_of
from twitter_integration.sandbox.limits import Quota

WEEK_MS = 7 * 24 * 3_600_000
STEPS_MS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
MOST_COUNTED = 1 << 30


def _condition(call: Call) -> searching.Condition:
    """Where the query holds, within a week; 400 with X's explanation for what it cannot read."""
    given = call.parameter("query")
    try:
        tree = query.parse(given)
    except query.QueryError as error:
        raise _misread(given, str(error)) from error
    oldest = now_ms() - WEEK_MS
    _check_bounds(call, oldest=oldest)
    sql, values = searching.condition(call.world.store, tree)
    seen = "id >= ? AND author_id NOT IN (SELECT id FROM person WHERE protected)"
    return f"{seen} AND repost_of_id IS NULL AND {sql}", [first_at(oldest), *values]  # reposts are no longer found


def _misread(given: str, words: str) -> ApiError:
    if not given:
        return invalid("The `query` query parameter can not be empty", {"query": given})
    if len(given) > query.LONGEST:
        limit = f"The `query` query parameter value has length {len(given)}, more than {query.LONGEST}"
        return invalid(limit, {"query": given})
    return invalid(f"There were errors processing your request: {words}", {"query": given})


def _check_bounds(call: Call, *, oldest: int) -> None:
    """X refuses bounds outside the week (an id is a bound by its time) and ends in the future."""
    for name in ("since_id", "until_id"):
        given = call.parameter(name)
        if given and (not given.isdigit() or time_of(int(given)) < oldest):
            raise invalid(f"'{name}' must be a tweet id created after [{iso_time(oldest)}].", {name: given})
    for name in ("start_time", "end_time"):
        given = call.parameter(name)
        if given and not oldest - 60_000 <= parse_time(given, name=name) <= now_ms():
            words = f"Invalid '{name}': it must be on or after [{iso_time(oldest)}] and before now"
            raise invalid(words, {name: given})


def recent(call: Call) -> Json:
    sql, values = _condition(call)
    return list_posts(call, sql, tuple(values), low=10)


def counts(call: Call) -> Json:
    """How many posts per minute, hour (unless asked otherwise) or day, oldest first, empty ones too."""
    sql, values = _condition(call)
    word = call.parameter("granularity") or "hour"
    if word not in STEPS_MS:
        raise invalid(f"The `granularity` query parameter value [{word}] is not one of [minute,hour,day]")
    step, now = STEPS_MS[word], now_ms()
    start = _bound(call, "start_time", "since_id", default=now - WEEK_MS)
    end = _bound(call, "end_time", "until_id", default=now)
    wanted = f"id >= ? AND id < ? AND {sql}"
    found = posts.select(call.world.store, wanted, (first_at(start), first_at(end), *values), limit=MOST_COUNTED)
    per: dict[int, int] = {}
    for post in found:
        per[post.created_ms // step] = per.get(post.created_ms // step, 0) + 1
    data = [
        {
            "start": iso_time(max(number * step, start)),
            "end": iso_time(min((number + 1) * step, end)),
            "tweet_count": per.get(number, 0),
        }
        for number in range(start // step, -(-end // step))
    ]
    return renamed(call, {"data": data, "meta": {"total_tweet_count": len(found)}})


def _bound(call: Call, time_name: str, id_name: str, *, default: int) -> int:
    if call.parameter(time_name):
        return parse_time(call.parameter(time_name), name=time_name)
    given = call.parameter(id_name)
    return time_of(int(given)) if given else default


ENDPOINTS = [
    Endpoint(
        method="GET",
        rule="/2/tweets/search/recent",
        handler=recent,
        auth="either",
        quota=Quota(quarter=300, app_quarter=450),
    ),
    Endpoint(method="GET", rule="/2/tweets/counts/recent", handler=counts, auth="either", quota=Quota(quarter=300)),
]
