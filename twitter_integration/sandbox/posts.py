"""Posts: stored form, threads, lists. Who hears of one is the business of the payload files and delivery."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from twitter_integration.sandbox.ids import LARGEST, as_id, now_ms, time_of
from twitter_integration.sandbox.shapes import Shape
from twitter_integration.sandbox.store import Row, Store
from twitter_integration.sandbox.users import Marked, marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a post was published: who may answer it, and what hangs on it or is disclosed with it."""

    reply_settings: str = "everyone"
    poll_id: int | None = None
    paid_partnership: bool = False
    made_with_ai: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    id: int
    author_id: int
    conversation_id: int
    reply_to_id: int | None
    reply_to_user_id: int | None
    quoted_id: int | None
    repost_of_id: int | None
    typed: str
    shape: Shape
    lang: str
    app_id: int | None
    deleted_ms: int | None
    manner: Manner
    initial_id: int | None = None  # of an edited version: the id the post began with
    edited_ms: int | None = None  # when a newer version took its place
    hidden_ms: int | None = None  # when whose conversation it is hid it

    @property
    def created_ms(self) -> int:
        return time_of(self.id)


def _post(row: Row) -> Post:
    parts = {"shape": Shape(**json.loads(row["shape"])), "manner": Manner(**json.loads(row["manner"]))}
    return Post(**{**dict(row), **parts})


def add(
    store: Store,
    *,
    post_id: int,
    author_id: int,
    typed: str,
    shape: Shape,
    lang: str,
    reply_to: Post | None = None,
    reply_to_user_id: int | None = None,
    quoted_id: int | None = None,
    repost_of_id: int | None = None,
    app_id: int | None = None,
    replaces: Post | None = None,
    manner: Manner | None = None,
) -> Post:
    """Store a post; one that `replaces` another is its newer version, in the same place of the conversation."""
    conversation_id = reply_to.conversation_id if reply_to else post_id
    with store.transaction():
        store.add(
            "post",
            id=post_id,
            author_id=author_id,
            conversation_id=replaces.conversation_id if replaces else conversation_id,
            reply_to_id=reply_to.id if reply_to else None,
            reply_to_user_id=reply_to_user_id,
            quoted_id=quoted_id,
            repost_of_id=repost_of_id,
            typed=typed,
            shape=json.dumps(shape.as_dict()),
            lang=lang,
            app_id=app_id,
            initial_id=(replaces.initial_id or replaces.id) if replaces else None,
            manner=json.dumps(asdict(replaces.manner if replaces else manner or Manner())),
        )
        if replaces:
            store.run("UPDATE post SET edited_ms = ? WHERE id = ?", (now_ms(), replaces.id))
        for user_id in {mention["id"] for mention in shape.mentions}:
            store.run("INSERT OR IGNORE INTO mention VALUES (?, ?)", (int(user_id), post_id))
    return get(store, post_id)


def find(store: Store, post_id: int | str | None, *, deleted: bool = False) -> Post | None:
    """A post by id; a deleted one only when asked for."""
    row = store.row("SELECT * FROM post WHERE id = ?", (as_id(post_id),))
    if row is None or (row["deleted_ms"] and not deleted):
        return None
    return _post(row)


def get(store: Store, post_id: int) -> Post:
    """A post known to be stored, deleted or not."""
    found = find(store, post_id, deleted=True)
    if found is None:
        raise LookupError(f"post {post_id}")
    return found


def versions(store: Store, post: Post) -> list[int]:
    """Ids of all versions of a post, oldest first."""
    first = post.initial_id or post.id
    rows = store.rows("SELECT id FROM post WHERE id = ? OR initial_id = ? ORDER BY id", (first, first))
    return [int(row[0]) for row in rows]


def delete(store: Store, post: Post) -> None:
    """Gone with all its versions and its reposts, as on X; quotes and replies stay."""
    sql = "UPDATE post SET deleted_ms = ? WHERE (id = ? OR repost_of_id = ?) AND deleted_ms IS NULL"
    with store.transaction():
        for version in versions(store, post):
            store.run(sql, (now_ms(), version, version))


def hide(store: Store, post: Post, *, hidden: bool) -> None:
    store.run("UPDATE post SET hidden_ms = ? WHERE id = ?", (now_ms() if hidden else None, post.id))


def select(store: Store, where: str, values: tuple[Any, ...], *, limit: int, newest_first: bool = True) -> list[Post]:
    """Living posts, in their latest version, that satisfy a condition written by our own code."""
    order = "DESC" if newest_first else "ASC"
    living = "deleted_ms IS NULL AND edited_ms IS NULL"
    sql = f"SELECT * FROM post WHERE {living} AND ({where}) ORDER BY id {order} LIMIT ?"  # noqa: S608 - our own words
    return [_post(row) for row in store.rows(sql, (*values, limit))]


def id_of_nth(store: Store, where: str, values: tuple[Any, ...], *, number: int) -> int:
    """The id of the nth newest such post; 0 when there are fewer."""
    living = f"deleted_ms IS NULL AND edited_ms IS NULL AND ({where})"
    sql = f"SELECT id FROM post WHERE {living} ORDER BY id DESC LIMIT 1 OFFSET ?"  # noqa: S608 - our own words
    return store.number(sql, (*values, number - 1))


def is_duplicate(store: Store, *, author_id: int, text: str, to_user_id: int | None, since_id: int) -> bool:
    """Whether the author has said these very words to the same person (or to all) since that id."""
    where = "author_id = ? AND typed = ? AND id > ?"
    return any(
        post.reply_to_id is None if to_user_id is None else post.reply_to_user_id == to_user_id
        for post in select(store, where, (author_id, text, since_id), limit=50)
    )


def metrics(store: Store, post_id: int) -> dict[str, int]:
    count = "SELECT count(*) FROM post WHERE deleted_ms IS NULL AND {} = ?"
    return {
        "retweet_count": store.number(count.format("repost_of_id"), (post_id,)),
        "reply_count": store.number(count.format("reply_to_id"), (post_id,)),
        "like_count": store.number("SELECT count(*) FROM liked WHERE post_id = ?", (post_id,)),
        "quote_count": store.number(count.format("quoted_id"), (post_id,)),
    }


def like(store: Store, *, user_id: int, post_id: int, like_id: str) -> bool:
    """False when it was liked already."""
    sql = "INSERT OR IGNORE INTO liked (user_id, post_id, id, at_ms) VALUES (?, ?, ?, ?)"
    return store.run(sql, (user_id, post_id, like_id, now_ms())) > 0


def unlike(store: Store, *, user_id: int, post_id: int) -> bool:
    return store.run("DELETE FROM liked WHERE user_id = ? AND post_id = ?", (user_id, post_id)) > 0


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """What one person did with a post."""

    liked: bool
    reposted: bool


def own_marks(store: Store, post_id: int, *, user_id: int) -> OwnMarks:
    likes = "SELECT count(*) FROM liked WHERE user_id = ? AND post_id = ?"
    reposts = "SELECT count(*) FROM post WHERE author_id = ? AND repost_of_id = ? AND deleted_ms IS NULL"
    return OwnMarks(store.number(likes, (user_id, post_id)) > 0, store.number(reposts, (user_id, post_id)) > 0)


def likers(store: Store, post_id: int, *, before: int = LARGEST, limit: int = LARGEST) -> list[Marked]:
    """Who likes a post, latest first."""
    sql = (
        "SELECT liked.rowid AS mark, person.* FROM liked JOIN person ON person.id = user_id"
        " WHERE post_id = ? AND liked.rowid < ? ORDER BY liked.rowid DESC LIMIT ?"
    )
    return [marked(row) for row in store.rows(sql, (post_id, before, limit))]


def reposters(store: Store, post_id: int, *, before: int = LARGEST, limit: int = LARGEST) -> list[Marked]:
    """Who reposted a post, latest first."""
    sql = (
        "SELECT post.id AS mark, person.* FROM post JOIN person ON person.id = author_id"
        " WHERE repost_of_id = ? AND deleted_ms IS NULL AND post.id < ? ORDER BY post.id DESC LIMIT ?"
    )
    return [marked(row) for row in store.rows(sql, (post_id, before, limit))]


def liked_by(store: Store, *, user_id: int, post_ids: list[int]) -> set[int]:
    marks = ", ".join("?" for _ in post_ids)
    sql = f"SELECT post_id FROM liked WHERE user_id = ? AND post_id IN ({marks})"  # noqa: S608 - marks only
    return {int(row[0]) for row in store.rows(sql, (user_id, *post_ids))} if post_ids else set()
