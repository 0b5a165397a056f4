"""X's own rules of how long a text is and what in it is a link: the library twitter-text, loaded when first asked.

Compiling its patterns is a quarter of the start of a process, and most processes never count a text. Pure.
"""

from importlib import import_module
from typing import Any


def count(text: str, *, limit: int) -> Any:
    """The library's verdict on a text that may weigh `limit`."""
    library = import_module("twitter_text")
    return library.parse_tweet(text, {**library.config.config["defaults"], "max_weighted_tweet_length": limit})


def links(text: str) -> list[dict[str, Any]]:
    """What X makes a link of: `url`, and `indices`, the places of its start and end."""
    found: list[dict[str, Any]] = import_module("twitter_text").extract_urls_with_indices(text)
    return found
