"""What tells two texts with one fingerprint apart, where X leaves it readable: their links, the people a direct message
begins with, and how many files come without words.

Pure. X writes links anew, so they are compared by their letters and digits only, and not at all where it may write them
in another way: addresses beyond ASCII, its short ones that do not say where they lead, links to X itself, and links
without a gap between. Links to X itself at the end are left out: X puts them there for files and buttons, and hides
those of quoted posts.
"""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from twitter_integration.events import Span
from twitter_integration.payloads.presenting import unescape

_LINK = re.compile(r"[^\W_]\.[^\W\d_]{2}|://")
_UNSURE = re.compile(r"[^\x00-\x7f]|xn--|%|://.*://|(?<![\w.-])t\.co/|(?<![a-z0-9-])(?:x|twitter)\.com(?![a-z0-9.-])")
_OF_X = re.compile(r"\W*(?:https?://)?(?:(?:www|mobile|pic)\.)?(?:x|twitter)\.com(?![\w.-])")
_MENTION = re.compile(r"[@＠][a-z0-9_]{1,15}")
_SCHEME = re.compile(r"https?://")


def traits(text: str, *, private: bool, files: int = 0, spans: Sequence[Span] = ()) -> str:
    """Equal for what we send and what X tells of it; empty where that cannot be compared with anything. Pass `spans`
    with a text as it is shown."""
    plain = unicodedata.normalize("NFC", unescape(_with_targets(text, spans))).casefold()
    words = plain.split()
    while not private and words and _MENTION.fullmatch(words[0]):  # X names there whom a post answers
        words.pop(0)
    while words and (of_x := _OF_X.match(words[-1])):
        if _LINK.search(words[-1], of_x.end()):  # another one sticks to it
            return ""
        words.pop()
    if not words:
        return f"files {files}" if files else ""
    links = [word for word in words if _LINK.search(word)]
    if any(_UNSURE.search(link) for link in links):
        return ""
    told = ["".join(filter(str.isalnum, _SCHEME.sub("", link))) for link in links]
    if private and all(_MENTION.fullmatch(word) for word in words):
        told += words
    return blake2b(" ".join(told).encode(), digest_size=16).hexdigest()


def _with_targets(text: str, spans: Sequence[Span]) -> str:
    """Links as whole addresses instead of what is shown of them."""
    kept: list[str] = []
    position = 0
    for span in sorted((span for span in spans if span.kind == "url"), key=lambda span: span.start):
        if span.start >= position:
            kept += (text[position : span.start], span.title or span.target)
            position = span.end
    return "".join([*kept, text[position:]])
