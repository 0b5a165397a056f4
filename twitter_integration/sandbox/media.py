"""Pictures and videos known by id: drawn by the sandbox for its customers, or uploaded through the API."""

from dataclasses import dataclass

from twitter_integration.sandbox.ids import Snowflakes
from twitter_integration.sandbox.pictures import draw_photo
from twitter_integration.sandbox.store import Row, Store

_KEY_PREFIX = {"photo": "3", "video": "7", "animated_gif": "16"}


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

    @property
    def key(self) -> str:
        return f"{_KEY_PREFIX[self.kind]}_{self.id}"

    @property
    def file_name(self) -> str:
        return f"{self.id}.{'mp4' if self.kind == 'video' else self.mime.rpartition('/')[2]}"


_COLUMNS = "id, owner_id, kind, category, mime, width, height, alt"


def _media(row: Row) -> Media:
    return Media(**dict(row))


def add(
    store: Store,
    ids: Snowflakes,
    *,
    owner_id: int,
    category: str = "tweet_image",
    mime: str = "image/png",
    content: bytes | None = None,
    ready: bool = True,
) -> Media:
    """Register a file; without content the sandbox draws a photo of its own."""
    media_id = ids.draw()
    kind = "video" if mime.startswith("video/") else "animated_gif" if mime == "image/gif" else "photo"
    store.add(
        "media",
        id=media_id,
        owner_id=owner_id,
        kind=kind,
        category=category,
        mime=mime,
        width=640,
        height=480,
        content=content,
        ready=int(ready),
    )
    found = find(store, media_id)
    assert found is not None
    return found


def append(store: Store, media_id: int, piece: bytes) -> None:
    store.run("UPDATE media SET content = coalesce(content, x'') || ? WHERE id = ?", (piece, media_id))


def finish(store: Store, media_id: int) -> None:
    store.run("UPDATE media SET ready = 1 WHERE id = ?", (media_id,))


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


def size(store: Store, media_id: int) -> int:
    return store.number("SELECT length(content) FROM media WHERE id = ?", (media_id,))
