"""Does a post name somebody only by the way? X begins an answer with those who took part, outside its own text."""

import json
from collections.abc import Iterable

from twitter_integration.payloads.fields import Record, as_id, as_list, as_record, records


def named_in_passing(body: bytes, *, who: str) -> set[str]:
    """The ids of an Account Activity body's posts that mention `who` only before their own text begins (x-api 3.3)."""
    try:
        told = as_record(json.loads(body))
    except (ValueError, RecursionError):
        return set()
    posts = records(told.get("tweet_create_events"))
    return {as_id(post, "id_str", "id") for post in posts if _only_in_passing(post, who)}


def _only_in_passing(post: Record, who: str) -> bool:
    whole = as_record(post.get("extended_tweet")) or post
    begins = next(iter(_numbers(whole.get("display_text_range"))), 0)
    mentions = records(as_record(whole.get("entities")).get("user_mentions"))
    ends = [max(_numbers(one.get("indices")), default=0) for one in mentions if as_id(one, "id_str", "id") == who]
    return bool(ends) and max(ends) <= begins


def _numbers(value: object) -> Iterable[int]:
    return [number for number in as_list(value) if type(number) is int]
