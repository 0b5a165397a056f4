"""A parsed search query as a condition on stored posts."""

from twitter_integration.sandbox import users
from twitter_integration.sandbox.ids import LARGEST
from twitter_integration.sandbox.query import Node, Term
from twitter_integration.sandbox.store import Store

Condition = tuple[str, list[object]]
"""SQL of our own, and the values for its marks."""
_FILE = (
    "EXISTS (SELECT 1 FROM json_each(shape, '$.media') AS item JOIN media ON media.id = item.value WHERE media.kind {})"
)
_FLAGS = {
    "is:reply": "reply_to_id IS NOT NULL",
    "is:quote": "quoted_id IS NOT NULL",
    "is:retweet": "repost_of_id IS NOT NULL",
    "is:verified": "author_id IN (SELECT id FROM person WHERE verified)",
    "has:media": "json_array_length(shape, '$.media') > 0",
    "has:images": _FILE.format("= 'photo'"),
    "has:videos": _FILE.format("!= 'photo'"),
    "has:links": "(json_array_length(shape, '$.urls') > 0 OR json_extract(shape, '$.quote_link.url') IS NOT NULL)",
    "has:mentions": "json_array_length(shape, '$.mentions') > 0",
    "has:hashtags": "json_array_length(shape, '$.hashtags') > 0",
    "has:cashtags": "json_array_length(shape, '$.cashtags') > 0",
}
_TAG = "EXISTS (SELECT 1 FROM json_each(shape, '$.{}') WHERE lower(json_extract(value, '$.text')) = ?)"
_URL = "EXISTS (SELECT 1 FROM json_each(shape, '$.urls') WHERE instr(lower(json_extract(value, '$.expanded')), ?) > 0)"


def condition(store: Store, node: Node) -> Condition:
    if isinstance(node, Term):
        sql, values = _term(store, node)
    else:
        parts = [condition(store, part) for part in node.parts]
        sql = f" {node.joint} ".join(part[0] for part in parts)
        values = [value for part in parts for value in part[1]]
    return (f"NOT ({sql})" if node.negated else f"({sql})"), values


def _term(store: Store, term: Term) -> Condition:
    kind, value = term.kind, term.value
    columns = {
        "conversation_id": "conversation_id",
        "in_reply_to_tweet_id": "reply_to_id",
        "quotes_of_tweet_id": "quoted_id",
        "retweets_of_tweet_id": "repost_of_id",
    }
    if kind in columns:
        return f"coalesce({columns[kind]}, 0) = ?", [min(int(value), LARGEST)]
    if kind in ("from", "to", "retweets_of", "mention"):
        return _person(store, kind, value)
    if kind in ("is", "has"):
        return _FLAGS[f"{kind}:{value}"], []
    if kind in ("hashtag", "cashtag"):
        return _TAG.format(f"{kind}s"), [value.lower()]
    if kind == "lang":
        return "lang = ?", [value]
    if kind == "url":
        return _URL, [value.lower()]
    return "instr(lower(typed), ?) > 0", [value.lower()]


def _person(store: Store, kind: str, name: str) -> Condition:
    found = users.find(store, name)
    conditions = {
        "from": "author_id = ?",
        "to": "coalesce(reply_to_user_id, 0) = ?",
        "retweets_of": "repost_of_id IN (SELECT id FROM post WHERE author_id = ?)",
        "mention": "id IN (SELECT post_id FROM mention WHERE user_id = ?)",
    }
    return conditions[kind], [found.id if found else -1]
