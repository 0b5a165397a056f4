"""X's newest key names, `post` where it used to say `tweet`. Pure."""

from typing import Any

_POST_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "in_reply_to_tweet_id": "in_reply_to_post_id",
    "liked_tweet_author_id": "liked_post_author_id",
    "liked_tweet_id": "liked_post_id",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "retweet_count": "repost_count",
    "retweet_count_str": "repost_count_str",
    "tweet_count": "post_count",
    "tweet_count_str": "post_count_str",
    "tweets": "posts",
}


def rename_posts(value: Any) -> Any:
    """The same document with X's newest key names, `post` where it used to say `tweet`."""
    if isinstance(value, dict):
        return {_POST_NAMES.get(key, key): rename_posts(item) for key, item in value.items()}
    return [rename_posts(item) for item in value] if isinstance(value, list) else value
