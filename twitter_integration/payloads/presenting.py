"""Presenting X's text: from the escaped wire form with its entities to what a person reads.

Pure. Offsets are code points (Python's own). Whatever a body holds, the work grows with its length and no faster.
Not here: which text of a post is the effective one (legacy_posts, rest_v2).
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from twitter_integration.events import Span
from twitter_integration.payloads.fields import as_id

# Of each kind in one text. X's longest posts (25,000 characters) hold fewer that mean anything.
MAX_ENTITIES = 500
# Entities of one kind, in one text, that are looked for from its beginning: each such search may read all of it.
MAX_SEARCHES = 50
# Trailing links that are cut off. X attaches four media, which share one link, and one quoted post.
MAX_HIDDEN = 10


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
    id: str = ""

    @property
    def meaning(self) -> dict[str, str]:
        return {"kind": self.kind, "target": self.target, "title": self.title, "id": self.id}


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
    hidden: Iterable[str] = (),
) -> Presented:
    """Turn X's escaped `text` into what a person reads.

    `entities` may have v1.1 (`indices`) or v2 (`start`, `end`) shape; whatever is malformed in it is left
    out. Links show as their display form. Trailing links behind the end of `display_range`, and trailing
    links whose t.co is in `hidden` (attached media, the quoted post), are cut off; leading mentions stay, the
    text is not ours to change.
    """
    pieces = find_pieces(text, entities) if isinstance(entities, Mapping) else []
    end = _cut_hidden(text, _visible_end(text, display_range), hidden)
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
        spans.append(Span(start=start, end=length, **piece.meaning))
        position = piece.end
    shown.append(unescape(text[position:end]))
    return Presented("".join(shown), tuple(spans), unescape(text))


class Text:
    """A text in which entities of one kind are found where they stand, in their order."""

    __slots__ = ("_looked_up_to", "_searches", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._looked_up_to = 0
        self._searches = MAX_SEARCHES

    def place(self, item: Mapping[str, Any], written: str) -> tuple[int, int] | None:
        """Where `written` stands. Offsets counted in UTF-16 or in unescaped text are known faults, so they are
        checked."""
        start, end = _offsets(item)
        if type(start) is int and type(end) is int and 0 <= start < end <= len(self.text):
            found = self.text[start:end] if end - start == len(written) else ""
            if found == written or found.casefold() == written.casefold() or found[1:] == written[1:]:
                return self._found(start, end)
        return self._look_for(written)

    def _look_for(self, written: str) -> tuple[int, int] | None:
        """Behind the one found before, else anywhere: X lists them in order."""
        start = self.text.find(written, self._looked_up_to) if self._searches else -1
        if start < 0 < self._searches:
            self._searches -= 1
            start = self.text.find(written)
        return None if start < 0 else self._found(start, start + len(written))

    def _found(self, start: int, end: int) -> tuple[int, int]:
        self._looked_up_to = max(self._looked_up_to, end)
        return start, end


def find_pieces(text: str, entities: Mapping[str, Any]) -> list[Piece]:
    """The well-formed entities of a text in order of place. One whose offsets are off is looked for, else left out."""
    pieces = []
    for key, read in _READERS:
        items = entities.get(key)
        if not items or not isinstance(items, list):
            continue
        within = Text(text)
        for item in islice(items, MAX_ENTITIES):
            piece = read(within, item) if isinstance(item, dict) else None
            if piece is not None:
                pieces.append(piece)
    pieces.sort()
    return pieces


def _offsets(item: Mapping[str, Any]) -> tuple[object, object]:
    indices = item.get("indices")
    if isinstance(indices, list) and len(indices) == 2:
        return indices[0], indices[1]
    return item.get("start"), item.get("end")


def _read_url(text: Text, item: Mapping[str, Any]) -> Piece | None:
    url = item.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    place = text.place(item, url)
    if place is None:
        return None
    shown, title = item.get("display_url"), item.get("expanded_url")
    if not isinstance(title, str) or not title.startswith(("https://", "http://")):
        title = ""
    return Piece(*place, "url", url, title, shown if isinstance(shown, str) and shown else url)


def _read_mention(text: Text, item: Mapping[str, Any]) -> Piece | None:
    found = _read_word(text, item, ("screen_name", "username"), "@mention")
    return found._replace(id=as_id(item, "id_str", "id")) if found else None


def _read_hashtag(text: Text, item: Mapping[str, Any]) -> Piece | None:
    return _read_word(text, item, ("text", "tag"), "#hashtag")


def _read_cashtag(text: Text, item: Mapping[str, Any]) -> Piece | None:
    return _read_word(text, item, ("text", "tag"), "$cashtag")


def _read_word(text: Text, item: Mapping[str, Any], names: tuple[str, str], sign_kind: str) -> Piece | None:
    word = item.get(names[0]) or item.get(names[1])
    if not isinstance(word, str) or not word:
        return None
    place = text.place(item, sign_kind[0] + word)
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


def _cut_hidden(text: str, end: int, hidden: Iterable[str]) -> int:
    """The end of the text without the hidden links (and the blanks before them) that close it."""
    links = tuple(islice(dict.fromkeys(filter(None, hidden)), MAX_HIDDEN))
    kept = text[:end]
    for _ in range(MAX_HIDDEN):
        stripped = kept.rstrip()
        url = next((url for url in links if stripped.endswith(url)), "")
        if not url:
            break
        kept = stripped[: -len(url)]
    return end if len(kept) == end else len(kept.rstrip())
