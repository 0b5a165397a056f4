"""The way in: the raw bytes of one delivery become events. Unreadable is the only exception that leaves this module."""

import json
import re
from typing import Any

from twitter_integration.payloads.account_activity import is_account_activity, read_account_activity
from twitter_integration.payloads.fields import Unreadable, describe
from twitter_integration.payloads.parsed import Parsed, shorten
from twitter_integration.payloads.taming import needs_taming, tame
from twitter_integration.payloads.x_activity import is_x_activity, read_x_activity

MAX_BYTES = 5_000_000  # the webhook takes 1 MB; recordings may have joined several events

# A string of digits, each of which JSON may also write as an escape, or a bare number.
_ID = rb'\s*:\s*(?:"((?:\d|\\u003\d){1,20})"|(\d{1,20})(?=[\s,}]))'
# Quotes inside a text arrive escaped (\"), so these never match what a person wrote.
_LEGACY_ACCOUNT = re.compile(rb'"for_user_id"' + _ID)
_FILTER_ACCOUNT = re.compile(rb'"filter"\s*:\s*\{[^{}]{0,500}?"user_id"' + _ID)


def parse(body: bytes) -> Parsed:
    """All events of one delivery. Raises Unreadable with a reason when there is nothing to read in it."""
    tree = _load(body)
    if not isinstance(tree, dict):
        raise Unreadable(f"not a JSON object but {describe(tree)}")
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
    return (found[1] or found[2]).replace(rb"\u003", b"").decode("ascii") if found else ""


def _load(body: bytes) -> Any:
    if len(body) > MAX_BYTES:
        raise Unreadable(f"{len(body)} bytes, more than {MAX_BYTES}")
    try:
        tree = json.loads(body.decode("utf-8-sig"))  # a byte-order mark says nothing
    except RecursionError as error:
        raise Unreadable("nested too deep") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:
        raise Unreadable("not JSON: a number too long to be one") from error
    return tame(tree) if needs_taming(body) else tree
