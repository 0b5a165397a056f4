"""Direct messages between two people: stored form and lists."""

import json
from dataclasses import dataclass
from typing import Any

from twitter_integration.sandbox.ids import as_id, now_ms, time_of
from twitter_integration.sandbox.shapes import Shape
from twitter_integration.sandbox.store import Row, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: int
    conversation_id: str
    sender_id: int
    recipient_id: int
    typed: str
    shape: Shape
    app_id: int | None
    deleted_ms: int | None
    extra: dict[str, Any]
    """`initiated_via`, `quick_reply`, `ctas`, `quick_reply_response`: parts of X's own form that few messages have."""

    @property
    def created_ms(self) -> int:
        return time_of(self.id)


def conversation_of(first: int, second: int) -> str:
    """`smaller-larger`, compared as numbers: X's own key of a one-to-one conversation."""
    return f"{min(first, second)}-{max(first, second)}"


def other_party(conversation_id: str, user_id: int) -> int | None:
    """The partner of `user_id` in a conversation key; None when it is not theirs or malformed."""
    parts = conversation_id.split("-")
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or str(user_id) not in parts:
        return None
    return int(parts[0] if parts[1] == str(user_id) else parts[1])


def _message(row: Row) -> Message:
    parts = {"shape": Shape(**json.loads(row["shape"])), "extra": json.loads(row["extra"])}
    return Message(**{**dict(row), **parts})


def add(
    store: Store,
    *,
    message_id: int,
    sender_id: int,
    recipient_id: int,
    typed: str,
    shape: Shape,
    app_id: int | None,
    extra: dict[str, Any] | None = None,
) -> Message:
    store.add(
        "message",
        id=message_id,
        conversation_id=conversation_of(sender_id, recipient_id),
        sender_id=sender_id,
        recipient_id=recipient_id,
        typed=typed,
        shape=json.dumps(shape.as_dict()),
        app_id=app_id,
        extra=json.dumps(extra or {}),
    )
    found = find(store, message_id)
    assert found is not None
    return found


def find(store: Store, message_id: int | str) -> Message | None:
    row = store.row("SELECT * FROM message WHERE id = ? AND deleted_ms IS NULL", (as_id(message_id),))
    return _message(row) if row else None


def hide(store: Store, message: Message, *, user_id: int) -> None:
    """Delete it for one of the two: the other keeps it, as on X."""
    store.run("INSERT OR IGNORE INTO message_hidden (user_id, message_id) VALUES (?, ?)", (user_id, message.id))


def is_visible_to(store: Store, message: Message, user_id: int) -> bool:
    """For its two parties, as long as they have not deleted it for themselves."""
    sql = "SELECT count(*) FROM message_hidden WHERE user_id = ? AND message_id = ?"
    party = user_id in (message.sender_id, message.recipient_id)
    return party and not store.number(sql, (user_id, message.id))


def delete(store: Store, message: Message) -> None:
    """Take it back: gone for both."""
    store.run("UPDATE message SET deleted_ms = ? WHERE id = ?", (now_ms(), message.id))


def visible_to(
    store: Store, user_id: int, *, conversation_id: str = "", before_id: int | None = None, limit: int
) -> list[Message]:
    """The user's messages, newest first, of one conversation or of all."""
    sql = (
        "SELECT * FROM message WHERE deleted_ms IS NULL AND ? IN (sender_id, recipient_id)"
        " AND ? IN ('', conversation_id) AND id < ?"
        " AND id NOT IN (SELECT message_id FROM message_hidden WHERE user_id = ?) ORDER BY id DESC LIMIT ?"
    )
    bound = before_id if before_id is not None else (1 << 63) - 1
    return [_message(row) for row in store.rows(sql, (user_id, conversation_id, bound, user_id, limit))]
