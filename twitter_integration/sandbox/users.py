"""People of the sandbox and how they stand to each other: follow, ask to, block, mute. No posts, no keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twitter_integration.sandbox.ids import LARGEST, as_id, now_ms, time_of
from twitter_integration.sandbox.store import Row, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: int
    handle: str
    name: str
    role: str  # "brand" or "customer"
    location: str
    bio: str
    url: str
    lang: str
    verified: bool
    protected: bool
    accepts_dm: bool
    followers: int
    following: int
    posts: int
    likes: int
    picture: str = "a"  # name of the avatar's file, which changes with the picture
    banner: str = ""
    affiliate: str = ""

    @property
    def created_ms(self) -> int:
        return time_of(self.id)


Marked = tuple[int, User]
"""A person in a list that is read page by page, with the place in it."""


def _user(row: Row | Mapping[str, Any]) -> User:
    values = dict(row)
    flags = {name: bool(values[name]) for name in ("verified", "protected", "accepts_dm")}
    return User(**{**values, **flags})


def find(store: Store, key: int | str) -> User | None:
    """By id (number or its digits) or by handle, with or without @."""
    text = str(key).strip().removeprefix("@")
    row = store.row("SELECT * FROM person WHERE id = ?", (as_id(text),))
    if row is None:
        row = store.row("SELECT * FROM person WHERE handle = ?", (text,))
    return _user(row) if row else None


def get(store: Store, user_id: int) -> User:
    """A person known to exist, such as the author of a stored post."""
    user = find(store, user_id)
    if user is None:
        raise LookupError(f"person {user_id}")
    return user


def everybody(store: Store, *, role: str = "") -> list[User]:
    sql = "SELECT * FROM person WHERE ? IN ('', role) ORDER BY id"
    return [_user(row) for row in store.rows(sql, (role,))]


def change(store: Store, user: User, *, column: str, value: object) -> User:
    """Set one column of the profile."""
    store.run(f"UPDATE person SET {column} = ? WHERE id = ?", (value, user.id))  # noqa: S608 - names from our own code
    return get(store, user.id)


def relate(store: Store, kind: str, *, source: User, target: User) -> bool:
    """Begin to follow, block or mute; False when it was so already."""
    sql = "INSERT OR IGNORE INTO relation (kind, source_id, target_id, at_ms) VALUES (?, ?, ?, ?)"
    return store.run(sql, (kind, source.id, target.id, now_ms())) > 0


def unrelate(store: Store, kind: str, *, source: User, target: User) -> bool:
    sql = "DELETE FROM relation WHERE kind = ? AND source_id = ? AND target_id = ?"
    return store.run(sql, (kind, source.id, target.id)) > 0


def related(store: Store, kind: str, *, source_id: int, target_id: int) -> bool:
    sql = "SELECT count(*) FROM relation WHERE kind = ? AND source_id = ? AND target_id = ?"
    return store.number(sql, (kind, source_id, target_id)) > 0


def targets(store: Store, kind: str, *, source_id: int, before: int = LARGEST, limit: int = LARGEST) -> list[Marked]:
    """Whom somebody follows, blocks or mutes, latest first."""
    return _others(store, "source_id", "target_id", (kind, source_id, before, limit))


def sources(store: Store, kind: str, *, target_id: int, before: int = LARGEST, limit: int = LARGEST) -> list[Marked]:
    """Who follows, blocks or mutes somebody, latest first."""
    return _others(store, "target_id", "source_id", (kind, target_id, before, limit))


def _others(store: Store, given: str, wanted: str, values: tuple[object, ...]) -> list[Marked]:
    sql = (
        f"SELECT relation.rowid AS mark, person.* FROM person JOIN relation ON relation.{wanted} = person.id"  # noqa: S608
        f" WHERE kind = ? AND {given} = ? AND relation.rowid < ? ORDER BY relation.rowid DESC LIMIT ?"
    )
    return [marked(row) for row in store.rows(sql, values)]


def marked(row: Row) -> Marked:
    """A row of a person with the `mark` by which a list of people is paged."""
    values = {name: row[name] for name in row.keys() if name != "mark"}  # noqa: SIM118 - a row is no mapping
    return int(row["mark"]), _user(values)


def search(store: Store, words: str, *, before: int = LARGEST, limit: int) -> list[Marked]:
    """Whose handle or name holds these words; who joined last comes first."""
    sql = (
        "SELECT id AS mark, * FROM person WHERE (instr(lower(handle), ?) OR instr(lower(name), ?)) AND id < ?"
        " ORDER BY id DESC LIMIT ?"
    )
    return [marked(row) for row in store.rows(sql, (words.lower(), words.lower(), before, limit))]


def may_message(store: Store, *, sender: User, recipient: User) -> bool:
    """Open inbox, or the recipient follows or has written before; never across a block of either kind."""
    if is_shut_out(store, sender=sender, recipient=recipient):
        return False
    if recipient.accepts_dm or related(store, "follow", source_id=recipient.id, target_id=sender.id):
        return True
    if sender.verified and _takes_verified(store, recipient):
        return True
    wrote = "SELECT count(*) FROM message WHERE sender_id = ? AND recipient_id = ?"
    return store.number(wrote, (recipient.id, sender.id)) > 0


def _takes_verified(store: Store, recipient: User) -> bool:
    sql = "SELECT count(*) FROM setting WHERE user_id = ? AND name = 'allow_dms_from' AND value = '\"verified\"'"
    return store.number(sql, (recipient.id,)) > 0


def is_shut_out(store: Store, *, sender: User, recipient: User) -> bool:
    """Whether one blocked the other, or the recipient the sender's messages."""
    blocked = related(store, "block", source_id=recipient.id, target_id=sender.id)
    blocking = related(store, "block", source_id=sender.id, target_id=recipient.id)
    return blocked or blocking or related(store, "dm_block", source_id=recipient.id, target_id=sender.id)
