"""Presenting X's text: from the escaped wire form with its entities to what a person reads.

Pure. Offsets are code points (Python's own). Not here: which text of a post is the effective one
(content.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from twitter_integration.events import Span


class Presented(NamedTuple):
    """`text` is what a person reads, `spans` point into it, `original_text` is everything X sent, unescaped."""

    text: str
    spans: tuple[Span, ...]
    original_text: str


class Piece(NamedTuple):
    """An entity found in the escaped text: [start, end), and what is shown in its place."""

    start: int
    end: int
    kind: str
    target: str
    title: str
    shown: str  # "" keeps the text as it stands


def unescape(text: str) -> str:
    """Undo X's escaping once. X escapes exactly these three, so nothing else is touched."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def present(
    text: str,
    *,
    entities: object = None,
    display_range: object = None,
    hidden: Sequence[str] = (),
) -> Presented:
    """Turn X's escaped `text` into what a person reads.

    `entities` may have v1.1 (`indices`) or v2 (`start`, `end`) shape; whatever is malformed in it is left
    out. Links show as their display form. Trailing links behind the end of `display_range`, and trailing
    links whose t.co is in `hidden` (attached media, the quoted post), are cut off; leading mentions stay, the
    text is not ours to change.
    """
    pieces = find_pieces(text, entities) if isinstance(entities, Mapping) else []
    end = _visible_end(text, display_range)
    end = _cut_hidden(text[:end], hidden) if hidden else end
    shown: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for piece in pieces:
        if piece.start < position or piece.end > end:
            continue
        before = unescape(text[position : piece.start])
        label = piece.shown or unescape(text[piece.start : piece.end])
        start = length + len(before)
        length = start + len(label)
        shown += (before, label)
        spans.append(Span(start=start, end=length, kind=piece.kind, target=piece.target, title=piece.title))
        position = piece.end
    shown.append(unescape(text[position:end]))
    return Presented("".join(shown), tuple(spans), unescape(text))


def find_pieces(text: str, entities: Mapping[str, Any]) -> list[Piece]:
    """The well-formed entities of a text in order of place. One whose offsets are off is looked for, else left out."""
    pieces = []
    for key, read in _READERS:
        items = entities.get(key)
        if not items or not isinstance(items, list):
            continue
        for item in items:
            piece = read(text, item) if isinstance(item, dict) else None
            if piece is not None:
                pieces.append(piece)
    pieces.sort()
    return pieces


def _place(text: str, item: Mapping[str, Any], written: str) -> tuple[int, int] | None:
    """Where `written` stands. Offsets counted in UTF-16 or in unescaped text are known faults, so they are checked."""
    indices = item.get("indices")
    if isinstance(indices, list) and len(indices) == 2:
        start, end = indices
    else:
        start, end = item.get("start"), item.get("end")
    if type(start) is int and type(end) is int and 0 <= start < end <= len(text):
        found = text[start:end]
        if found == written or found.casefold() == written.casefold() or found[1:] == written[1:]:
            return start, end
    start = text.find(written)
    return None if start < 0 else (start, start + len(written))


def _read_url(text: str, item: Mapping[str, Any]) -> Piece | None:
    url = item.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    place = _place(text, item, url)
    if place is None:
        return None
    shown, title = item.get("display_url"), item.get("expanded_url")
    if not isinstance(title, str) or not title.startswith(("https://", "http://")):
        title = ""
    return Piece(*place, "url", url, title, shown if isinstance(shown, str) and shown else url)


def _read_mention(text: str, item: Mapping[str, Any]) -> Piece | None:
    return _read_word(text, item, ("screen_name", "username"), "@mention")


def _read_hashtag(text: str, item: Mapping[str, Any]) -> Piece | None:
    return _read_word(text, item, ("text", "tag"), "#hashtag")


def _read_cashtag(text: str, item: Mapping[str, Any]) -> Piece | None:
    return _read_word(text, item, ("text", "tag"), "$cashtag")


def _read_word(text: str, item: Mapping[str, Any], names: tuple[str, str], sign_kind: str) -> Piece | None:
    word = item.get(names[0]) or item.get(names[1])
    if not isinstance(word, str) or not word:
        return None
    place = _place(text, item, sign_kind[0] + word)
    return None if place is None else Piece(*place, sign_kind[1:], word, "", "")


_READERS = (
    ("urls", _read_url),
    ("media", _read_url),
    ("user_mentions", _read_mention),
    ("mentions", _read_mention),
    ("hashtags", _read_hashtag),
    ("symbols", _read_cashtag),
    ("cashtags", _read_cashtag),
)


def _visible_end(text: str, display_range: object) -> int:
    """The end of the display range, if nothing but links and blanks stands behind it; else the end of the text."""
    if not isinstance(display_range, list) or len(display_range) != 2:
        return len(text)
    end = display_range[1]
    if type(end) is not int or not 0 <= end < len(text):
        return len(text)
    tail = text[end:].split()
    return end if all(word.startswith(("https://t.co/", "http://t.co/")) for word in tail) else len(text)


def _cut_hidden(text: str, hidden: Sequence[str]) -> int:
    """The end of the text without the hidden links (and the blanks before them) that close it."""
    kept = text
    while True:
        stripped = kept.rstrip()
        url = next((url for url in hidden if url and stripped.endswith(url)), "")
        if not url:
            return len(kept.rstrip()) if len(kept) < len(text) else len(text)
        kept = stripped[: -len(url)]
