"""People of the sandbox and how they stand to each other: follow, block, mute. No posts, no keys."""

from dataclasses import dataclass

from twitter_integration.sandbox.ids import as_id, now_ms, time_of
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


def _user(row: Row) -> User:
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


def targets(store: Store, kind: str, *, source_id: int) -> list[User]:
    sql = (
        "SELECT person.* FROM person JOIN relation ON relation.target_id = person.id"
        " WHERE kind = ? AND source_id = ? ORDER BY at_ms DESC"
    )
    return [_user(row) for row in store.rows(sql, (kind, source_id))]


def sources(store: Store, kind: str, *, target_id: int) -> list[User]:
    sql = (
        "SELECT person.* FROM person JOIN relation ON relation.source_id = person.id"
        " WHERE kind = ? AND target_id = ? ORDER BY at_ms DESC"
    )
    return [_user(row) for row in store.rows(sql, (kind, target_id))]


def may_message(store: Store, *, sender: User, recipient: User) -> bool:
    """Open inbox, or the recipient follows or has written before; never across a block."""
    if related(store, "block", source_id=recipient.id, target_id=sender.id):
        return False
    if recipient.accepts_dm or related(store, "follow", source_id=recipient.id, target_id=sender.id):
        return True
    wrote = "SELECT count(*) FROM message WHERE sender_id = ? AND recipient_id = ?"
    return store.number(wrote, (recipient.id, sender.id)) > 0
