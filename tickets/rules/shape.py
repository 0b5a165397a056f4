"""What a text is made of: links, names, tags, emoji. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import regex

from tickets.rules.words import fold

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
# A name is no address of mail, and a tag has a letter in it.
_MENTION = re.compile(r"(?<![\w@.])@\w+")
_HASHTAG = re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w+")
_EMOJI = regex.compile(r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)", regex.V1)
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
# What joins and colours emoji, and is nothing by itself.
_JOINTS = regex.compile(r"[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]", regex.V1)
# Fewer letters than these are said by many who do not know of each other: "Where is my order?"
FEWEST_TELLING = 16

Places = tuple[tuple[int, int], ...]  # from, to


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    mentions: int
    links: int
    hashtags: int
    emoji: int
    numbers: int  # in figures, also within a word
    only_emoji: bool
    only_links: bool
    bare: str  # without links and the people named
    own_words: str  # the same, folded


@lru_cache(maxsize=1024)
def shape_of(text: str, links: Places = ()) -> Shape:
    """`links`: where the channel knows of any, however written. Whom it is said to is no content: a name before
    an emoji leaves it an emoji alone."""
    told, text = _without(text, links)
    without_links = _LINK.sub(" ", text)
    bare = _MENTION.sub(" ", without_links)
    emoji = len(_EMOJI.findall(bare))
    left = _JOINTS.sub("", _EMOJI.sub("", bare)).strip()
    count = told + len(_LINK.findall(text))
    return Shape(
        mentions=len(_MENTION.findall(without_links)),
        links=count,
        hashtags=len(_HASHTAG.findall(without_links)),
        emoji=emoji,
        numbers=len(_NUMBER.findall(_EMOJI.sub(" ", bare))),
        only_emoji=bool(emoji) and not left and not count,
        only_links=bool(count) and not bare.strip(),
        bare=" ".join(bare.split()),
        own_words=fold(bare),
    )


def _without(text: str, links: Places) -> tuple[int, str]:
    """How many of the links stand in the text, and what is left of it."""
    kept, end, count = [], 0, 0
    for start, stop in sorted(links):
        if end <= start < stop <= len(text):
            kept.append(text[end:start])
            end, count = stop, count + 1
    return count, " ".join([*kept, text[end:]])


def links_in(spans: Iterable[Any]) -> Places:
    """Of the spans of a stored text, where its links are; what is malformed is none."""
    found = [span for span in spans if isinstance(span, Mapping) and span.get("kind") == "url"]
    places = [(span.get("start"), span.get("end")) for span in found]
    return tuple((start, end) for start, end in places if isinstance(start, int) and isinstance(end, int))


def digest_of(text: str, links: Places = ()) -> int | None:
    """The same for what says the same in the same words, whomever it names and wherever it leads; None for what is too
    short to tell. Fits a bigint."""
    words = "".join(char for char in shape_of(text, links).own_words if char.isalnum())
    if len(words) < FEWEST_TELLING:
        return None
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
