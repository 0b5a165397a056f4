"""The text of X: how it is shown, how long it counts, and how our own words are known again in an echo.

Pure. Presenting lives in payloads/presenting.py, next to the decoders that need it, and is handed on from
here.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from twitter_integration.events import Span
from twitter_integration.outgoing.counting_rules import count, links
from twitter_integration.payloads.presenting import Presented, present, unescape

__all__ = [
    "LONG_DOMAIN",
    "MAX_LABELS",
    "MESSAGE_LIMIT",
    "POST_LIMIT",
    "Presented",
    "Weight",
    "calm",
    "fingerprint",
    "fits",
    "has_link",
    "length_of",
    "present",
    "unescape",
    "weigh",
    "weigh_message",
]

POST_LIMIT = 280  # weighted; Premium accounts may have up to 25,000
_LAST_LIGHT = "\u10ff"  # letters up to here count one (docs.x.com, "Counting characters")
_EMOJI_BELOW = frozenset("©®")  # the only ones that are no heavier letters anyway
_ADDRESS = 23
MESSAGE_LIMIT = 10_000  # code points, direct messages
MAX_LABELS = 10  # a.b.c.… with more parts than this is no domain


@dataclass(frozen=True, slots=True)
class Weight:
    """How long a text counts, and how much is left of `limit` (negative: too long)."""

    length: int
    limit: int
    remaining: int
    valid: bool


def fits(text: str) -> bool:
    """Whether a post takes it. Most texts surely do, which is seen without taking them apart: a letter counts one or
    two, and whatever counts as an address (23) has a dot."""
    plain = unicodedata.normalize("NFC", text)
    heavy = sum(letter > _LAST_LIGHT or letter in _EMOJI_BELOW for letter in plain)
    at_most = len(plain) + heavy + _ADDRESS * plain.count(".")
    return at_most <= POST_LIMIT or weigh(text).remaining >= 0


def weigh(text: str, *, limit: int = POST_LIMIT) -> Weight:
    """The weighted length of a post as X counts it: a link 23, an emoji 2, CJK 2, Latin and most scripts 1."""
    result = count(calm(text), limit=limit)
    length = int(result.weightedLength)
    return Weight(length, limit, limit - length, bool(result.valid) and bool(text.strip()))


def length_of(text: str) -> int:
    """The weighted length alone. Where every letter counts one and nothing can be a link, the letters are counted: a
    hundred times faster, and a long text is weighed hundreds of times before it is cut."""
    plain = unicodedata.normalize("NFC", text)
    if "." in plain or max(plain, default="") > _LAST_LIGHT or not _EMOJI_BELOW.isdisjoint(plain):
        return weigh(text).length
    return len(plain)


def weigh_message(text: str, *, limit: int = MESSAGE_LIMIT) -> Weight:
    """The length of a direct message: plain code points."""
    length = len(unicodedata.normalize("NFC", text))
    return Weight(length, limit, limit - length, length <= limit and bool(text.strip()))


def has_link(text: str) -> bool:
    """Whether X makes a link of anything in it."""
    return "." in text and bool(links(calm(text)))


def calm(text: str) -> str:
    """The text with the dots of absurdly long domains turned into commas, which weigh the same.

    twitter-text-parser 3.0.0 needs quadratic time for `a.a.a.…`: 135 s for 10,000 characters.
    """
    if text.count(".") <= MAX_LABELS:
        return text
    return LONG_DOMAIN.sub(lambda found: found[0].replace(".", ","), text)


LONG_DOMAIN = re.compile(rf"(?:[^\s./:?&=]{{1,63}}\.){{{MAX_LABELS},}}")
_LINK = "\ufffc"  # stands for any link; X's shortener and our own text write the same link differently
_ESCAPES = re.compile(r"&(?:amp;)*(amp|lt|gt);")
_PLAIN = {"amp": "&", "lt": "<", "gt": ">"}
_LEADING_MENTIONS = re.compile(r"\A(?:[@＠][A-Za-z0-9_]{1,15}(?![A-Za-z0-9_@＠])\s*)+")
# A run of characters that can belong to one link. X's list of top-level domains is not ours and changes, so
# anything that could be read as a domain (`a.xy`) counts as a link on both sides; numbers (`3.50`) do not.
_RUN = re.compile(f"[!-~\u00a1-\u024f\u0370-\u052f{_LINK}]+")
_DOMAIN = re.compile(r"[^\W_]\.[^\W\d_]{2}|://")
# Links with a protocol may have any letters in their domain; where such a link ends only twitter-text knows.
_FULL_LINK = re.compile(r"https?://\S{1,300}", re.IGNORECASE)


def fingerprint(text: str, *, spans: Sequence[Span] = ()) -> str:
    """A digest that is equal for a text we sent and for its echo, however X rewrote it: 32 hexadecimal
    digits.

    Pass `spans` with an echo's shown text (its links stand there in display form). Left out of account:
    escaping, which link it is, links at the end (X hides those of attachments and quoted posts), mentions at
    the start (X adds them to replies), white space, invisible characters, and the way an accent is composed.
    """
    plain = _ESCAPES.sub(lambda found: _PLAIN[found[1]], _replace_links(text, spans))
    plain = unicodedata.normalize("NFC", plain)
    if "://" in plain:
        plain = _FULL_LINK.sub(_replace_found, plain)
    plain = " ".join("".join(char for char in plain if not _is_invisible(char)).split())
    plain = _LEADING_MENTIONS.sub("", plain)
    plain = _RUN.sub(_as_link, plain).rstrip(_LINK + " ")
    return blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _replace_links(text: str, spans: Sequence[Span]) -> str:
    kept: list[str] = []
    position = 0
    for span in sorted((span for span in spans if span.kind == "url"), key=lambda span: span.start):
        if span.start >= position:
            kept += (text[position : span.start], _LINK)
            position = span.end
    kept.append(text[position:])
    return "".join(kept)


def _replace_found(found: re.Match[str]) -> str:
    """A word with a placeholder for every link that twitter-text sees in it."""
    word = found[0]
    if word.isascii():
        return _LINK
    kept: list[str] = []
    position = 0
    for link in links(calm(word)):
        start, end = link["indices"]
        kept += (word[position:start], _LINK)
        position = end
    return "".join(kept) + word[position:]


def _as_link(run: re.Match[str]) -> str:
    return _LINK if _LINK in run[0] or _DOMAIN.search(run[0]) else run[0]


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf") and not char.isspace()
