"""Which way the words of a post run. Replies begin with the names of those they answer, which are Latin in every
language: a browser that goes by the first letter would set Arabic and Hebrew the wrong way round. Pure."""

import re
import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl", "auto"]

# Names and links that open a post, whatever stands between them, and the mark of a post passed on.
_OPENING = re.compile(r"(?:(?:RT\s+)?@[A-Za-z0-9_]+|https?://\S+|[^\w@]|[\d_])+")
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}  # Unicode's bidirectional classes of letters


def direction_of(text: str) -> Direction:
    """By the first letter after leading mentions, links and signs; "auto", the browser's own rule, without any."""
    opening = _OPENING.match(text)
    rest = text[opening.end() :] if opening else text
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, rest) if kind in _STRONG), "auto")
