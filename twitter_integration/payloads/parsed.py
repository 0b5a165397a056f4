"""What a body was read into, and the collector decoders write to: a broken item never loses its neighbours."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from twitter_integration.events import Dialect, Event, Kind, UnknownEvent
from twitter_integration.payloads.fields import Record, Unfit, Unreadable, describe, moment_of

# X puts one event into a body, now and then a handful. More than this is no delivery.
MAX_ITEMS = 10_000
MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """`failures` name the items that could not be read, with path and reason and without their content."""

    dialect: Dialect
    account_id: str
    events: tuple[Event, ...]
    failures: tuple[str, ...] = ()
    unknown_keys: tuple[str, ...] = ()


class Collector:
    """Gathers events, failures and unknown keys of one body."""

    __slots__ = ("account_id", "dialect", "events", "failures", "unknown_keys")

    def __init__(self, *, dialect: Dialect, account_id: str) -> None:
        self.dialect = dialect
        self.account_id = account_id
        self.events: list[Event] = []
        self.failures: list[str] = []
        self.unknown_keys: list[str] = []

    def read_one(self, read: Callable[[Record], Event], item: object, *, path: str) -> None:
        """Add the event that `read` makes of the item, or a failure."""
        if not isinstance(item, dict):
            self.failures.append(f"{path}: {describe(item)} instead of an object")
            return
        try:
            self.events.append(read(item))
        except Unfit as error:
            self.failures.append(f"{path}: {error}")
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A hole in our own reading: the message could hold private text, its type does not.
            self.failures.append(f"{path}: unexpected {type(error).__name__}")

    def read_each(self, read: Callable[[Record], Event], items: object, *, path: str) -> None:
        """The same for every item of an array; null counts as empty, one bare object as an array of one."""
        if items is None:
            return
        if isinstance(items, dict):
            items = [items]
        if not isinstance(items, list):
            self.failures.append(f"{path}: {describe(items)} instead of a list")
            return
        if len(items) > MAX_ITEMS:
            raise Unreadable(f"{path} has {len(items)} items, more than {MAX_ITEMS}")
        for index, item in enumerate(items):
            self.read_one(read, item, path=f"{path}[{index}]")

    def note_unknown(self, keys: Iterable[str], *, prefix: str = "") -> None:
        self.unknown_keys += [shorten(prefix + key) for key in keys]

    def finish(self) -> Parsed:
        return Parsed(
            dialect=self.dialect,
            account_id=self.account_id,
            events=tuple(self.events),
            failures=tuple(self.failures),
            unknown_keys=tuple(self.unknown_keys),
        )


def unknown_event(raw: Record, *, name: str, account_id: str, dialect: Dialect, uuid: str = "") -> UnknownEvent:
    """An event without a word of its own, kept whole. Its key is X's own one, else a digest of the content."""
    name = shorten(name)
    number = raw.get("id")
    return UnknownEvent(
        kind=Kind.UNKNOWN,
        account_id=account_id,
        occurred_at=moment_of(
            raw, "timestamp_ms", "created_timestamp", "created_at", number=number if isinstance(number, str) else ""
        ),
        dialect=dialect,
        key=f"unknown:{name}:{uuid or digest(raw)}",
        name=name,
        raw=raw,
    )


def digest(value: Any) -> str:
    """A short digest of a JSON value, independent of the order of keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("ascii"), digest_size=12).hexdigest()


def shorten(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1] + "…"
