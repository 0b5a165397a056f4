"""Pictures and films known by id: drawn by the sandbox for its customers, or uploaded through the API. Stored form
only; what X takes is in uploading.py, what may be attached where in attaching.py."""

from dataclasses import dataclass

from twitter_integration.sandbox.ids import Snowflakes, now_ms
from twitter_integration.sandbox.pictures import draw_photo
from twitter_integration.sandbox.store import Row, Store

_KEY_PREFIX = {"photo": "3", "video": "7", "animated_gif": "16"}
_ENDINGS = {"image/jpeg": "jpg", "image/pjpeg": "jpg", "video/quicktime": "mov"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    id: int
    owner_id: int
    kind: str  # photo, video, animated_gif
    category: str  # X's word: tweet_image, dm_image, …
    mime: str
    width: int
    height: int
    alt: str
    ready: bool  # whole; what X does with it then may still take a while
    total: int  # bytes announced for an upload in pieces; 0 for others
    duration_ms: int
    finalized_ms: int | None  # when X began to work on it; None where there is nothing to wait for
    expires_ms: int | None  # until when an upload may be attached
    fault: str  # why X will not take it, found while working on it

    @property
    def key(self) -> str:
        return f"{_KEY_PREFIX[self.kind]}_{self.id}"

    @property
    def file_name(self) -> str:
        ending = _ENDINGS.get(self.mime) or self.mime.rpartition("/")[2]
        return f"{self.id}.{ending}"

    @property
    def is_private(self) -> bool:
        return self.category.startswith("dm_")


_COLUMNS = (
    "id, owner_id, kind, category, mime, width, height, alt, ready, total, duration_ms, finalized_ms, expires_ms, fault"
)


def _media(row: Row) -> Media:
    return Media(**{**dict(row), "ready": bool(row["ready"])})


def kind_for(mime: str) -> str:
    """X's word for a media type; a GIF is a film without sound to X."""
    if mime.startswith("video/"):
        return "video"
    return "animated_gif" if mime == "image/gif" else "photo"


def add(
    store: Store,
    ids: Snowflakes,
    *,
    owner_id: int,
    category: str = "tweet_image",
    mime: str = "image/png",
    content: bytes | None = None,
    size: tuple[int, int] = (640, 480),
    ready: bool = True,
    total: int = 0,
    expires_ms: int | None = None,
) -> Media:
    """Register a file; without content the sandbox draws a photo of its own."""
    media_id = ids.draw()
    store.add(
        "media",
        id=media_id,
        owner_id=owner_id,
        kind=kind_for(mime),
        category=category,
        mime=mime,
        width=size[0],
        height=size[1],
        content=content,
        ready=int(ready),
        total=total,
        expires_ms=expires_ms,
    )
    found = find(store, media_id)
    assert found is not None
    return found


def append(store: Store, media_id: int, *, segment: int, piece: bytes) -> None:
    """Keep a piece of an upload; the same number again takes its place."""
    sql = "INSERT OR REPLACE INTO media_segment (media_id, number, piece) VALUES (?, ?, ?)"
    store.run(sql, (media_id, segment, piece))


def joined(store: Store, media_id: int) -> bytes:
    """The pieces in the order of their numbers."""
    rows = store.rows("SELECT piece FROM media_segment WHERE media_id = ? ORDER BY number", (media_id,))
    return b"".join(bytes(row["piece"]) for row in rows)


def finish(
    store: Store, media: Media, *, content: bytes, size: tuple[int, int], duration_ms: int, fault: str, works: bool
) -> Media:
    """The upload is whole. `works`: X has something to do with it before it can be attached."""
    with store.transaction():
        sql = (
            "UPDATE media SET ready = 1, content = ?, width = ?, height = ?, duration_ms = ?, fault = ?,"
            " finalized_ms = ? WHERE id = ?"
        )
        values = (content, *size, duration_ms, fault, now_ms() if works else None, media.id)
        store.run(sql, values)
        store.run("DELETE FROM media_segment WHERE media_id = ?", (media.id,))
    found = find(store, media.id)
    assert found is not None
    return found


def describe(store: Store, media_id: int, alt: str) -> None:
    store.run("UPDATE media SET alt = ? WHERE id = ?", (alt, media_id))


def find(store: Store, media_id: int) -> Media | None:
    row = store.row(f"SELECT {_COLUMNS} FROM media WHERE id = ?", (media_id,))  # noqa: S608 - own constant
    return _media(row) if row else None


def find_all(store: Store, media_ids: list[int]) -> list[Media]:
    """In the order asked for; unknown ids are left out."""
    return [found for media_id in media_ids if (found := find(store, media_id))]


def content(store: Store, media: Media) -> bytes:
    row = store.row("SELECT content FROM media WHERE id = ?", (media.id,))
    stored = row["content"] if row else None
    return bytes(stored) if stored is not None else draw_photo(media.id)


def served(store: Store, media: Media, *, name: str) -> tuple[bytes, str]:
    """The file under its own name, and a still picture of a film under any other; with its media type."""
    if media.kind != "photo" and name != media.file_name:
        return draw_photo(media.id), "image/png"
    return content(store, media), media.mime


def size(store: Store, media_id: int) -> int:
    return store.number("SELECT length(content) FROM media WHERE id = ?", (media_id,))
