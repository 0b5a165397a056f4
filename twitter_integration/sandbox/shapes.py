"""From what a person typed to what X stores: t.co links, escaping, entities by code point. Pure."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from twitter_text import extract_urls_with_indices, parse_tweet

from twitter_integration.sandbox.ids import short_link

LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?()\[\]']")
"""Whatever says that it is a link: made-up hosts (.example, localhost) have no domain that X would know."""
MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_]{1,15})(?![\w@])")
HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})(?!\w)")

Lookup = Callable[[str], "tuple[str, str, str] | None"]
"""handle → (id, handle as spelled by its owner, display name), None for nobody."""


@dataclass(slots=True)
class Shape:
    """A text as X serves it. Every start and end counts code points of the escaped `text`."""

    text: str = ""
    start: int = 0
    end: int = 0
    urls: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    hashtags: list[dict[str, Any]] = field(default_factory=list)
    cashtags: list[dict[str, Any]] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    media_link: dict[str, Any] = field(default_factory=dict)
    quote_link: dict[str, Any] = field(default_factory=dict)
    button_link: dict[str, Any] = field(default_factory=dict)

    @property
    def links(self) -> list[dict[str, Any]]:
        """Every link but that of the media, which v1.1 keeps elsewhere."""
        return [*self.urls, *(link for link in (self.button_link, self.quote_link) if link)]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def escape(text: str) -> str:
    """The three characters X escapes, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def weigh(text: str) -> int:
    """Weighted length by twitter-text: 280 is the most a post may have."""
    return int(parse_tweet(text).weightedLength)


def shape(
    typed: str,
    *,
    lookup: Lookup,
    auto: list[str] | None = None,
    media: list[int] | None = None,
    media_page: str = "",
    quoted_page: str = "",
    button: str = "",
) -> Shape:
    """Build the stored form of a post or direct message.

    `auto`: handles whose leading mention X adds to a reply (not doubled when typed). `media_page` and
    `quoted_page`: the addresses behind the t.co links X appends for attachments and quoted posts. `button`: the address
    behind a "send a private message" button.
    """
    prefix = "".join(f"@{handle} " for handle in auto or [] if not _is_leading(typed, handle))
    result = Shape(media=list(media or []))
    for piece, kind, value in _pieces(prefix + typed):
        start = len(result.text)
        if kind == "url":
            link = short_link()
            result.text += link
            result.urls.append(_url(link, value, start=start))
            continue
        result.text += escape(piece)
        if kind:
            _note(result, kind, value, start=start, lookup=lookup, implicit_until=len(prefix))
    result.end = len(result.text)
    if auto is not None:
        result.start = _skip_leading(result, taking_part={handle.lower() for handle in auto})
    _append_links(result, button_link=button, quote_link=quoted_page, media_link=media_page)
    return result


def _is_leading(typed: str, handle: str) -> bool:
    lead = re.match(r"(?:@\w{1,15}\s+)+", typed + " ")
    return bool(lead) and f"@{handle.lower()} " in lead.group(0).lower() if lead else False


def _pieces(text: str) -> list[tuple[str, str, str]]:
    """Cut the text into (piece, kind, value); kind is empty for plain text."""
    spans: list[tuple[int, int, str, str]] = []
    if "." in text:
        spans += [(*found["indices"], "url", found["url"]) for found in extract_urls_with_indices(text)]
    spans += [(hit.start(), hit.end(), "url", hit.group()) for hit in LINK.finditer(text)]
    for pattern, kind in ((MENTION, "mention"), (HASHTAG, "hashtag"), (CASHTAG, "cashtag")):
        spans += [(hit.start(), hit.end(), kind, hit.group(1)) for hit in pattern.finditer(text)]
    pieces: list[tuple[str, str, str]] = []
    at = 0
    for start, end, kind, value in sorted(spans):
        if start < at:
            continue  # a hashtag inside a link
        pieces += [(text[at:start], "", ""), (text[start:end], kind, value)]
        at = end
    return [*pieces, (text[at:], "", "")]


def _url(link: str, target: str, *, start: int) -> dict[str, Any]:
    full = target if "://" in target else f"http://{target}"
    display = full.partition("://")[2].removeprefix("www.").rstrip("/")
    display = display if len(display) <= 27 else display[:26] + "…"
    return {"url": link, "expanded": full, "display": display, "start": start, "end": start + len(link)}


def _note(result: Shape, kind: str, value: str, *, start: int, lookup: Lookup, implicit_until: int) -> None:
    end = len(result.text)
    if kind == "mention":
        person = lookup(value)
        if person:
            names = {"id": person[0], "handle": person[1], "name": person[2]}
            result.mentions.append({**names, "start": start, "end": end, "implicit": end <= implicit_until})
        return
    target = result.hashtags if kind == "hashtag" else result.cashtags
    target.append({"text": value, "start": start, "end": end})


def _skip_leading(result: Shape, *, taking_part: set[str]) -> int:
    """Where the shown text of a reply begins: after the leading mentions of people taking part."""
    at = 0
    for mention in result.mentions:
        if mention["start"] != at or mention["handle"].lower() not in taking_part:
            break
        mention["implicit"] = True
        at = mention["end"] + 1
    return min(at, result.end)


def _append_links(result: Shape, **pages: str) -> None:
    for name, page in pages.items():
        if not page:
            continue
        link = short_link()
        start = len(result.text) + 1
        result.text += " " + link
        span = _url(link, page, start=start)
        if name == "media_link":
            span["display"] = "pic.twitter.com/" + link.rpartition("/")[2]
        setattr(result, name, span)
