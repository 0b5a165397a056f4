"""Taming JSON as X sends it: how deep it may be nested, and characters that nobody may store or show.

NUL and lone surrogates are legal in JSON and impossible in a database; control characters (ESC, BEL …) mean nothing in
a post and something to a terminal. Each is replaced by one character, so that offsets into a text stay right.
"""

import re
from typing import Any

from twitter_integration.payloads.fields import Unreadable

MAX_DEPTH = 60  # X's own nesting stays under 15

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# How one of them can be written in a body. Looking for the bare signs first is far quicker than the pattern.
_SIGNS = (b"\\u00", b"\\ud", b"\\uD", b"\\b", b"\\f", b"\x7f", b"\xc2")
_WRITTEN = re.compile(rb"\\(?:u00(?:0[^9aAdD]|1|7[fF]|[89])|u[dD][89a-fA-F]|[bf])|\x7f|\xc2[\x80-\x9f]")


def needs_taming(body: bytes) -> bool:
    """Whether the JSON of this body may be too deep, or hold what must not be kept."""
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        return True
    return any(sign in body for sign in _SIGNS) and _WRITTEN.search(body) is not None


def tame(tree: Any) -> Any:
    """Check the depth and replace what must not be kept, in place and without recursion. Raises Unreadable."""
    root = [tree]
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH + 1):
        deeper: list[Any] = []
        for container in level:
            _tame_container(container, deeper)
        if not deeper:
            return root[0]
        level = deeper
    raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")


def _tame_container(container: Any, deeper: list[Any]) -> None:
    if isinstance(container, dict):
        if not _is_clean("".join(container)):
            cleaned = {_clean(key): value for key, value in container.items()}
            container.clear()
            container.update(cleaned)
        items: Any = container.items()
    else:
        items = enumerate(container)
    changed = []
    for key, value in items:
        if isinstance(value, str):
            if not _is_clean(value):
                changed.append((key, _clean(value)))
        elif isinstance(value, (dict, list)):
            deeper.append(value)
    for key, value in changed:
        container[key] = value


def _is_clean(text: str) -> bool:
    return _UNWANTED.search(text) is None


def _clean(text: str) -> str:
    return _UNWANTED.sub("\ufffd", text)
