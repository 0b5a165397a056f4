"""What a text is made of: links, names, tags, emoji. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import regex

from tickets.steering.words import fold

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
# A name is no address of mail, and a tag has a letter in it.
_MENTION = re.compile(r"(?<![\w@.])@\w+")
_HASHTAG = re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w+")
_EMOJI = regex.compile(r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)", regex.V1)
# What joins and colours emoji, and is nothing by itself.
_JOINTS = regex.compile(r"[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]", regex.V1)
# Fewer letters than these are said by many who do not know of each other: "Where is my order?"
FEWEST_TELLING = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    mentions: int
    links: int
    hashtags: int
    emoji: int
    only_emoji: bool
    only_links: bool
    bare: str  # without links and the people named
    own_words: str  # the same, folded


@lru_cache(maxsize=1024)
def shape_of(text: str) -> Shape:
    """Whom it is said to is no content: a name before an emoji leaves it an emoji alone."""
    without_links = _LINK.sub(" ", text)
    bare = _MENTION.sub(" ", without_links)
    emoji = len(_EMOJI.findall(bare))
    left = _JOINTS.sub("", _EMOJI.sub("", bare)).strip()
    links = len(_LINK.findall(text))
    return Shape(
        mentions=len(_MENTION.findall(without_links)),
        links=links,
        hashtags=len(_HASHTAG.findall(without_links)),
        emoji=emoji,
        only_emoji=bool(emoji) and not left and not links,
        only_links=bool(links) and not bare.strip(),
        bare=" ".join(bare.split()),
        own_words=fold(bare),
    )


def digest_of(text: str) -> int | None:
    """The same for what says the same in the same words, whomever it names and wherever it leads; None for what is too
    short to tell. Fits a bigint."""
    words = "".join(char for char in shape_of(text).own_words if char.isalnum())
    if len(words) < FEWEST_TELLING:
        return None
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
