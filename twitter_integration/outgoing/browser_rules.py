"""The rules of counting_rules.py as a browser can follow them (static/js/counting.js).

Drawn from the library that counts here, so that the two cannot differ: its patterns in the spelling of JavaScript, and
its list of emoji, which is long, folded into one short pattern. Loads the library. Pure.
"""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from twitter_integration.outgoing.notifying import NAMED
from twitter_integration.text import LONG_DOMAIN, MAX_LABELS

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NEEDS_ESCAPE = frozenset("^$\\.*+?()[]{}|/-")  # all that a JavaScript pattern lets be escaped, in a set of characters
_LETTERS = frozenset("nrtfvxuUdDwWbB0123456789")
# What Python calls white space; JavaScript counts others.
_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PATTERNS = {
    "url": "extract_url",
    "domain": "valid_ascii_domain",
    "short": "valid_tco_url",
    "glued": "invalid_url_without_protocol_preceding_chars",
}
_POINT = re.compile(r"\\U([0-9A-Fa-f]{8})")

Node = dict[str, Any]


def drawn_rules() -> dict[str, Any]:
    """What weighs what, and how links, their domains and emoji are found."""
    told = import_module("twitter_text.config").config["defaults"]
    scale = told["scale"]
    patterns = {name: getattr(import_module(f"twitter_text.regexp.{part}"), part) for name, part in _PATTERNS.items()}
    return {
        "weights": [[one["start"], one["end"], one["weight"] / scale] for one in told["ranges"]],
        "other": told["default_weight"] / scale,
        "link": told["transformed_url_length"],
        "slug": import_module("twitter_text.extract_urls").max_tco_slug_length,
        "labels": MAX_LABELS,
        "long": spell(LONG_DOMAIN.pattern),
        "named": NAMED.pattern,
        "emoji": fold_signs(_signs(import_module("twitter_text.regexp.emoji").emoji.pattern)),
        **{name: spell(pattern.pattern) for name, pattern in patterns.items()},
    }


def spell(pattern: str) -> str:
    """A pattern of Python's in the spelling of JavaScript, which refuses to escape what need not be."""

    def one(found: re.Match[str]) -> str:
        sign = found[1]
        if sign == "s":
            return _SPACE
        return found[0] if sign in _NEEDS_ESCAPE or sign in _LETTERS else str(sign)

    return _ESCAPED.sub(one, pattern)


def _signs(pattern: str) -> list[str]:
    """Those of several code points, as the library lists them; the others weigh as much as any character of theirs,
    but © and ®."""
    several, _, _ = pattern.partition("|[")
    return ["".join(chr(int(point, 16)) for point in _POINT.findall(one)) for one in several.split("|")] + ["©", "®"]


def fold_signs(signs: Iterable[str]) -> str:
    """One pattern for all, the longest first: what begins alike stands once, and what goes on alike too."""
    root: Node = {}
    for sign in signs:
        node = root
        for point in sign:
            node = node.setdefault(point, {})
        node[""] = {}
    return _fold(root)


def _fold(node: Node) -> str:
    alike: dict[str, list[str]] = {}
    for point, rest in node.items():
        if point:
            alike.setdefault(_fold(rest), []).append(point)
    ways = [_one_of(sorted(points)) + rest for rest, points in sorted(alike.items())]
    whole = "|".join(ways)
    if not whole:
        return ""
    return f"(?:{whole})?" if "" in node else f"(?:{whole})" if len(ways) > 1 else whole


def _one_of(points: list[str]) -> str:
    return points[0] if len(points) == 1 else f"[{''.join(_runs(points))}]"


def _runs(points: list[str]) -> Iterable[str]:
    """Neighbours as a span."""
    start = last = points[0]
    for point in [*points[1:], ""]:
        if point and ord(point) == ord(last) + 1:
            last = point
            continue
        yield start if start == last else f"{start}{last}" if ord(last) == ord(start) + 1 else f"{start}-{last}"
        start = last = point
