"""What people wrote, as safe markup: links, mentions and hashtags live, everything else escaped. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def render_text(text: str, spans: Iterable[Any]) -> SafeString:
    """The text with its spans as links. Spans that overlap, leave the text or are malformed are plain text."""
    parts: list[str] = []
    position = 0
    for start, end, span in sorted(_sound(spans, len(text)), key=lambda found: found[:2]):
        if start < position:
            continue
        parts += (escape(text[position:start]), _render_span(text[start:end], span))
        position = end
    parts.append(escape(text[position:]))
    return mark_safe("".join(parts))  # noqa: S308  (every part is escaped above)


def _sound(spans: Iterable[Any], length: int) -> Iterable[tuple[int, int, Mapping[str, Any]]]:
    for span in spans:
        if not isinstance(span, Mapping):
            continue
        start, end = span.get("start"), span.get("end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length:
            yield start, end, span


def _render_span(shown: str, span: Mapping[str, Any]) -> str:
    target, title = str(span.get("target", "")), str(span.get("title", ""))
    if not is_web_address(target):
        return format_html("<b>{}</b>", shown) if span.get("kind") != "url" else escape(shown)
    # A title of a link is where it really leads; seen before it is followed.
    return format_html(
        '<a href="{}" title="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
        target,
        title or target,
        shown,
    )


def is_web_address(target: str) -> bool:
    """Only http and https: javascript:, data: and the like never become a link."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
