"""X's lists: what they are, and who is in one, follows it or pinned it. Who may do what is decided in list_rules.py."""

from dataclasses import dataclass
from typing import Literal

from twitter_integration.sandbox.ids import LARGEST, Snowflakes, as_id, now_ms, time_of
from twitter_integration.sandbox.store import Row, Store
from twitter_integration.sandbox.users import Marked, User, marked

Link = Literal["member", "follower", "pin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One list; called so because `list` is Python's word."""

    id: int
    owner_id: int
    name: str
    description: str
    private: bool

    @property
    def created_ms(self) -> int:
        return time_of(self.id)


MarkedRoster = tuple[int, Roster]
"""A list among lists that are read page by page, with the place in it."""


def _roster(row: Row) -> Roster:
    names = ("id", "owner_id", "name", "description")
    return Roster(**{name: row[name] for name in names}, private=bool(row["private"]))


def create(
    store: Store, ids: Snowflakes, *, owner_id: int, name: str, description: str = "", private: bool = False
) -> Roster:
    list_id = ids.draw()
    store.add("list", id=list_id, owner_id=owner_id, name=name, description=description, private=int(private))
    found = find(store, list_id)
    assert found is not None
    return found


def change(store: Store, roster: Roster, *, name: str, description: str, private: bool) -> None:
    sql = "UPDATE list SET name = ?, description = ?, private = ? WHERE id = ?"
    with store.transaction():
        store.run(sql, (name, description, int(private), roster.id))
        if private:  # nobody else follows or pins what they cannot see
            gone = "DELETE FROM list_link WHERE list_id = ? AND kind IN ('follower', 'pin') AND user_id != ?"
            store.run(gone, (roster.id, roster.owner_id))


def delete(store: Store, roster: Roster) -> None:
    with store.transaction():
        store.run("DELETE FROM list_link WHERE list_id = ?", (roster.id,))
        store.run("DELETE FROM list WHERE id = ?", (roster.id,))


def find(store: Store, list_id: object) -> Roster | None:
    row = store.row("SELECT * FROM list WHERE id = ?", (as_id(list_id),))
    return _roster(row) if row else None


def owned(store: Store, owner_id: int, *, reader_id: int, before: int = LARGEST, limit: int) -> list[MarkedRoster]:
    """Somebody's own lists, newest first; private ones for themselves only."""
    sql = "SELECT id AS mark, * FROM list WHERE owner_id = ? AND (NOT private OR owner_id = ?) AND id < ?"
    rows = store.rows(f"{sql} ORDER BY id DESC LIMIT ?", (owner_id, reader_id, before, limit))
    return [(int(row["mark"]), _roster(row)) for row in rows]


def linked(
    store: Store, kind: Link, user_id: int, *, reader_id: int, before: int = LARGEST, limit: int
) -> list[MarkedRoster]:
    """The lists somebody is in, follows or pinned, latest first, as far as the reader may see them."""
    sql = (
        "SELECT list_link.rowid AS mark, list.* FROM list_link JOIN list ON list.id = list_id"
        " WHERE kind = ? AND user_id = ? AND (NOT private OR owner_id = ?) AND list_link.rowid < ?"
        " ORDER BY list_link.rowid DESC LIMIT ?"
    )
    rows = store.rows(sql, (kind, user_id, reader_id, before, limit))
    return [(int(row["mark"]), _roster(row)) for row in rows]


def people(store: Store, kind: Link, roster: Roster, *, before: int = LARGEST, limit: int) -> list[Marked]:
    """Who is in a list or follows it, latest first."""
    sql = (
        "SELECT list_link.rowid AS mark, person.* FROM list_link JOIN person ON person.id = user_id"
        " WHERE kind = ? AND list_id = ? AND list_link.rowid < ? ORDER BY list_link.rowid DESC LIMIT ?"
    )
    return [marked(row) for row in store.rows(sql, (kind, roster.id, before, limit))]


def link(store: Store, kind: Link, roster: Roster, user: User) -> bool:
    """False when it was so already."""
    sql = "INSERT OR IGNORE INTO list_link (kind, list_id, user_id, at_ms) VALUES (?, ?, ?, ?)"
    return store.run(sql, (kind, roster.id, user.id, now_ms())) > 0


def unlink(store: Store, kind: Link, roster: Roster, user: User) -> bool:
    sql = "DELETE FROM list_link WHERE kind = ? AND list_id = ? AND user_id = ?"
    return store.run(sql, (kind, roster.id, user.id)) > 0


def count(store: Store, kind: Link, roster: Roster) -> int:
    return store.number("SELECT count(*) FROM list_link WHERE kind = ? AND list_id = ?", (kind, roster.id))


def is_linked(store: Store, kind: Link, roster: Roster, user_id: int) -> bool:
    sql = "SELECT count(*) FROM list_link WHERE kind = ? AND list_id = ? AND user_id = ?"
    return store.number(sql, (kind, roster.id, user_id)) > 0
