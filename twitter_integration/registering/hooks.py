"""Webhooks API v2, which Account Activity v2 and X Activity share (docs.x.com, "Webhooks API"; x-api 3.1)."""

from collections.abc import Mapping
from datetime import datetime

from twitter_integration.client import Auth
from twitter_integration.registering.dialect import Hook, Line, Replay, read_hook, read_replay, stamp

HOOK_AUTH: Mapping[str, Auth] = {
    "list_hooks": "app",
    "create_hook": "app",
    "challenge_hook": "app",
    "delete_hook": "app",
    "replay": "app",
}


def list_hooks(line: Line) -> list[Hook]:
    return [read_hook(row) for row in line.call("list_hooks", "GET", "/2/webhooks").rows]


def create_hook(line: Line, url: str) -> Hook:
    return read_hook(line.call("create_hook", "POST", "/2/webhooks", body={"url": url}).data)


def challenge_hook(line: Line, hook_id: str) -> bool:
    return line.call("challenge_hook", "PUT", f"/2/webhooks/{hook_id}").data.get("valid") is not False


def delete_hook(line: Line, hook_id: str) -> None:
    line.call("delete_hook", "DELETE", f"/2/webhooks/{hook_id}")


def replay(line: Line, hook_id: str, start: datetime, end: datetime) -> Replay:
    body = {"webhook_id": hook_id, "from_date": stamp(start), "to_date": stamp(end)}
    return read_replay(line.call("replay", "POST", "/2/webhooks/replay", body=body).data)
