"""The way in: the raw bytes of one delivery become events. Unreadable is the only exception that leaves this module."""

import json
import re
from typing import Any

from twitter_integration.payloads.account_activity import is_account_activity, read_account_activity
from twitter_integration.payloads.fields import Unreadable
from twitter_integration.payloads.parsed import Parsed, shorten
from twitter_integration.payloads.x_activity import is_x_activity, read_x_activity

MAX_BYTES = 5_000_000  # the webhook takes 1 MB; recordings may have joined several events
MAX_DEPTH = 60  # X's own nesting stays under 15

# Quotes inside a text arrive escaped (\"), so these never match what a person wrote.
_LEGACY_ACCOUNT = re.compile(rb'"for_user_id"\s*:\s*"(\d{1,20})"')
_FILTER_ACCOUNT = re.compile(rb'"filter"\s*:\s*\{[^{}]{0,500}?"user_id"\s*:\s*"(\d{1,20})"')
# NUL and lone surrogates are legal in JSON and impossible in UTF-8 or in a database.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse(body: bytes) -> Parsed:
    """All events of one delivery. Raises Unreadable with a reason when there is nothing to read in it."""
    tree = _load(body)
    if not isinstance(tree, dict):
        raise Unreadable(f"not a JSON object but {type(tree).__name__}")
    if is_x_activity(tree):
        return read_x_activity(tree)
    if is_account_activity(tree):
        return read_account_activity(tree)
    keys = ", ".join(shorten(key) for key in list(tree)[:5])
    raise Unreadable(f"no known envelope: its keys are {keys or 'none'}")


def find_account(body: bytes) -> str:
    """The account a delivery is for, without parsing it: a hint for keeping deliveries in order, "" when none
    is named."""
    found = _LEGACY_ACCOUNT.search(body) or _FILTER_ACCOUNT.search(body)
    return found[1].decode("ascii") if found else ""


def _load(body: bytes) -> Any:
    if len(body) > MAX_BYTES:
        raise Unreadable(f"{len(body)} bytes, more than {MAX_BYTES}")
    try:
        tree = json.loads(body.decode("utf-8"))
    except RecursionError as error:
        raise Unreadable("nested too deep") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:
        raise Unreadable("not JSON: a number too long to be one") from error
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or b"\\u0000" in body or b"\\ud" in body.lower():
        return _tame(tree)
    return tree


def _tame(tree: Any) -> Any:
    """Check the depth and replace what no database can hold, in place and without recursion."""
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
    return _UNSTORABLE.search(text) is None


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
