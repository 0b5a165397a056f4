"""What the two v1.1 dialects share: the same verbs under other paths, bare lists, 204 without a body (x-api 2)."""

from collections.abc import Mapping
from typing import Any

from twitter_integration.client import Auth
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.registering.dialect import Hook, Line, Order, read_hook

ROOT = "/1.1/account_activity"
CLASSIC_AUTH: Mapping[str, Auth] = {
    "list_hooks": "app",
    "create_hook": "owner",
    "challenge_hook": "owner",
    "delete_hook": "owner",
    "place": "user",
    "list_orders": "app",
    "withdraw": "app",
    "count": "app",
    "replay": "app",
}


def hooks_at(line: Line, path: str) -> list[Hook]:
    return [read_hook(row) for row in line.call("list_hooks", "GET", path).rows]


def create_at(line: Line, path: str, url: str) -> Hook:
    """`url` stands in the query, where it is part of the signature."""
    return read_hook(line.call("create_hook", "POST", path, query={"url": url}).document)


def place_at(line: Line, path: str) -> str | None:
    try:
        line.call("place", "POST", path)
    except XError as error:
        if error.kind != ErrorKind.ALREADY:
            raise
        return None
    return ""


def orders_in(line: Line, document: Mapping[str, Any]) -> list[Order]:
    line.note_app(document)
    rows = document.get("subscriptions")
    rows = rows if isinstance(rows, list) else []
    return [Order(user_id=str(row.get("user_id"))) for row in rows if isinstance(row, dict)]
