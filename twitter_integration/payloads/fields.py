"""Taming: typed reads of untrusted JSON. A required field that does not fit raises Unfit with its path.

Knows JSON and X's habits of writing ids, numbers and times, not what any object means.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from twitter_integration.events import UNDATED

Record = Mapping[str, Any]

EMPTY: Record = {}
SNOWFLAKE_EPOCH_MS = 1288834974657
# Ids below this were given out before November 2010, when ids did not yet carry their time.
FIRST_SNOWFLAKE = 29_700_859_247
EARLIEST_MS = 1_136_073_600_000  # 2006, the year of X's first post
LATEST_MS = 4_102_444_800_000  # 2100
MONTHS = {
    "Jan": 1,
    "Feb": 2,
    "Mar": 3,
    "Apr": 4,
    "May": 5,
    "Jun": 6,
    "Jul": 7,
    "Aug": 8,
    "Sep": 9,
    "Oct": 10,
    "Nov": 11,
    "Dec": 12,
}
MAX_ID_DIGITS = 20  # ids are 64 bit
MAX_KEY_LENGTH = 64
MAX_IDS = 100  # of the versions of a post (six), of those who talk with each other (two)
MAX_COUNT = 2**31 - 1  # a width, a height, a number of followers: more is a slip

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No post is older than X, and no year 9999 may stand at the head of a list or be added to.
EARLIEST = _EPOCH + timedelta(milliseconds=EARLIEST_MS)
LATEST = _EPOCH + timedelta(milliseconds=LATEST_MS)
_BARE_OFFSET = re.compile(r" ?([+-]\d\d):?(\d\d)$")


class Unreadable(Exception):
    """A body that cannot be read at all; `reason` is a sentence for the dead letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unfit(Exception):
    """Something required is missing or of the wrong type."""


def as_record(value: object) -> Record:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else EMPTY


def as_list(value: object) -> list[Any]:
    """The list; one bare object counts as a list of one (X's samples disagree); anything else as empty."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def records(value: object) -> Iterator[Record]:
    """The objects among the items; anything else is passed over."""
    return (item for item in as_list(value) if isinstance(item, dict))


def need_record(record: Record, name: str) -> Record:
    value = record.get(name)
    if not isinstance(value, dict):
        raise Unfit(f"{name}: {describe(value)} instead of an object")
    return value


def unwrap(value: object) -> Record:
    """A v2 object, also when X Activity wraps it in {"data": …}."""
    record = as_record(value)
    inner = record.get("data")
    return inner if isinstance(inner, dict) and "id" not in record else record


def as_text(record: Record, *names: str) -> str:
    """The first of these fields that holds a non-empty string, else ""."""
    for name in names:
        value = record.get(name)
        if value and isinstance(value, str):
            return value
    return ""


def as_flag(record: Record, name: str) -> bool | None:
    """A boolean; X's documentation also writes "true" and "false" as strings."""
    value = record.get(name)
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def as_count(record: Record, *names: str) -> int | None:
    for name in names:
        value = record.get(name)
        if type(value) is int and 0 <= value <= MAX_COUNT:
            return value
    return None


def as_id(record: Record, *names: str) -> str:
    """The first of these fields that holds an id, else "". Strings first: numbers may have been rounded on
    the way."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and is_id(value):
            return value
    for name in names:
        value = record.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is int and 0 < value < 10**MAX_ID_DIGITS:
            return str(value)
    return ""


def need_id(record: Record, *names: str) -> str:
    found = as_id(record, *names)
    if not found:
        raise Unfit(f"{names[0]}: {describe(record.get(names[0]))} instead of an id")
    return found


def as_key(record: Record, *names: str) -> str:
    """A short identifier that is not a number (likes, encrypted messages), else ""."""
    text = as_text(record, *names)
    return text if len(text) <= MAX_KEY_LENGTH else ""


def as_stamp(record: Record, *names: str) -> str:
    """A moment as it is written, to tell two facts apart, else "". X's documentation has texts and numbers."""
    numbers = (str(value) for name in names if type(value := record.get(name)) is int)
    return as_key(record, *names) or next(numbers, "")[:MAX_KEY_LENGTH]


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS and text[0] != "0"


def as_ids(value: object) -> tuple[str, ...]:
    """The ids in a list of strings."""
    return tuple(item for item in islice(as_list(value), MAX_IDS) if isinstance(item, str) and is_id(item))


def as_link(record: Record, *names: str) -> str:
    """The first of these fields that holds an http(s) link, else ""."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            return value
    return ""


def as_time(record: Record, *names: str) -> datetime | None:
    """The first of these fields that can be read as a moment, in any of the forms X uses."""
    for name in names:
        moment = read_time(record.get(name))
        if moment is not None:
            return moment
    return None


def read_time(value: object) -> datetime | None:
    """Epoch milliseconds, `Sun Jun 15 15:06:40 +0000 2025`, or ISO 8601; None outside the years 2006 to 2100."""
    if isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) <= 16:
            return from_milliseconds(int(value))
        moment = _read_legacy_time(value) or _read_iso_time(value)
        return moment if moment is not None and EARLIEST <= moment <= LATEST else None
    if type(value) is int:
        return from_milliseconds(value)
    if isinstance(value, float) and value.is_integer():
        return from_milliseconds(int(value))
    return None


def from_milliseconds(value: int) -> datetime | None:
    if not EARLIEST_MS <= value <= LATEST_MS:
        return None
    return _EPOCH + timedelta(milliseconds=value)


def from_snowflake(number: str) -> datetime | None:
    """The moment an id was given out, to the millisecond."""
    if not is_id(number) or int(number) < FIRST_SNOWFLAKE:
        return None
    return from_milliseconds((int(number) >> 22) + SNOWFLAKE_EPOCH_MS)


def first_moment_of(versions: Sequence[str]) -> datetime | None:
    """When an edited post was said at first: X tells only its first id, which has the moment in it."""
    return from_snowflake(versions[0]) if len(versions) > 1 else None


def moment_of(record: Record, *names: str, number: str) -> datetime:
    """When something with this id happened: as named, else from the id, else UNDATED.

    Dialects name the same moment to the second or to the millisecond; the id gives the same one in all of
    them, so it is taken wherever it agrees to the second.
    """
    named, given_out = as_time(record, *names), from_snowflake(number)
    if named is None:
        return given_out or UNDATED
    if given_out is not None and abs(given_out - named) < timedelta(seconds=1):
        return given_out
    return named


def _read_legacy_time(value: str) -> datetime | None:
    parts = value.split(" ")
    if len(parts) != 6 or parts[4] != "+0000" or len(value) != 30:
        return None
    try:
        hour, minute, second = parts[3].split(":")
        month, day, year = MONTHS[parts[1]], int(parts[2]), int(parts[5])
        return datetime(year, month, day, int(hour), int(minute), int(second), tzinfo=UTC)
    except (KeyError, ValueError):
        return None


def _read_iso_time(value: str) -> datetime | None:
    if len(value) > 40 or value[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(_BARE_OFFSET.sub(r"\1:\2", value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "yes or no", int: "a number", float: "a number"}


def describe(value: object) -> str:
    """What JSON held there, for people."""
    return _KINDS.get(type(value), "nothing")
