"""What every dialect can be asked, and the words its answers are brought into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from twitter_integration.client import Answer, Auth, XClient
from twitter_integration.errors import ErrorKind, XError


class NotOffered(Exception):
    """This dialect has no such call; the text says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """X on the line: a client, who signs which operation, and the old premium API's environment label."""

    client: XClient
    modes: Mapping[str, Auth]
    environment: str = ""
    told: dict[str, str] = field(default_factory=dict)  # what X told beside what it was asked

    def note_app(self, document: Mapping[str, Any]) -> None:
        """X's number of the app, where a list of subscriptions names it."""
        if (found := str(document.get("application_id") or "")).isdigit():
            self.told["x_id"] = found[:32]

    def call(self, operation: str, method: str, path: str, **parts: Any) -> Answer:
        """Raises XError."""
        return self.client.request(method, path, auth=self.modes[operation], **parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook as X has it on file."""

    x_id: str
    url: str
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A subscription as X has it on file, or as we want it: `event_type` is empty for an order for everything."""

    user_id: str
    event_type: str = ""
    direction: str = ""
    x_id: str = ""

    @property
    def what(self) -> tuple[str, str]:
        return self.event_type, self.direction

    @property
    def label(self) -> str:
        return " ".join(filter(None, self.what)) or "account_activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many subscriptions are used; `most` is None where X does not tell."""

    used: int
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    job_id: str
    created_at: str


class Dialect(Protocol):
    """A module of this package. All raise XError; `place` answers None for what X has already."""

    @property
    def AUTH(self) -> Mapping[str, Auth]:  # noqa: N802  (a module's constant)
        """Who signs: operation → the account, the app, the app's owner (x-api 1.4 and 2; gotcha 34)."""

    def list_hooks(self, line: Line) -> list[Hook]: ...

    def create_hook(self, line: Line, url: str) -> Hook: ...

    def challenge_hook(self, line: Line, hook_id: str) -> bool: ...

    def delete_hook(self, line: Line, hook_id: str) -> None: ...

    def wanted(self, user_id: str) -> Iterable[Order]: ...

    def list_orders(self, line: Line, hook_id: str) -> list[Order]: ...

    def place(self, line: Line, hook_id: str, order: Order) -> str | None: ...

    def withdraw(self, line: Line, hook_id: str, order: Order) -> None: ...

    def count(self, line: Line) -> Allowance: ...

    def replay(self, line: Line, hook_id: str, start: datetime, end: datetime) -> Replay: ...


def read_hook(row: Mapping[str, Any]) -> Hook:
    x_id = str(row.get("id") or "")
    if not x_id:
        raise XError(ErrorKind.UNREADABLE)
    return Hook(x_id=x_id, url=str(row.get("url") or ""), valid=bool(row.get("valid")))


def read_replay(row: Mapping[str, Any]) -> Replay:
    return Replay(job_id=str(row.get("job_id") or ""), created_at=str(row.get("created_at") or ""))


def number(value: Any) -> int | None:
    """X counts in strings."""
    text = str(value if value is not None else "")
    return int(text) if text.isascii() and text.isdigit() else None


def stamp(moment: datetime) -> str:
    """yyyymmddhhmm, UTC, as replay wants it."""
    return moment.strftime("%Y%m%d%H%M")
