"""Taking files in, in one piece or in several: what X accepts and how large. Both interfaces call this."""

from twitter_integration.sandbox import measures, media
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

CATEGORIES = {
    "tweet_image": "photo",
    "dm_image": "photo",
    "tweet_gif": "animated_gif",
    "dm_gif": "animated_gif",
    "tweet_video": "video",
    "amplify_video": "video",
    "dm_video": "video",
    "subtitles": "",
}
"""What may be uploaded, and as what; `subtitles` belong to a film and are never attached."""
MEGABYTE = 1024 * 1024
LARGEST = {"photo": 5 * MEGABYTE, "animated_gif": 15 * MEGABYTE, "video": 512 * MEGABYTE, "": MEGABYTE}
PHOTOS = ("image/jpeg", "image/pjpeg", "image/png", "image/webp", "image/bmp", "image/tiff")
FILMS = ("video/mp4", "video/quicktime", "video/webm", "video/mp2t")
SUBTITLES = ("text/srt", "text/vtt")
MOST_SEGMENTS = 1000
SHORTEST_MS, LONGEST_MS = 500, 140_000


class UploadError(ValueError):
    """An upload X refuses; the text is X's, `field` the part of the request it is about."""

    def __init__(self, words: str, *, field: str = "media") -> None:
        super().__init__(words)
        self.field = field


def take(world: World, owner: User, content: bytes, *, category: str = "") -> Media:
    """One piece. Without a category (v1.1) the file's own kind decides."""
    mime = measures.kind_of(content)
    if not mime:
        raise UploadError("media type unrecognized.")
    begun = _begin(world, owner, mime=mime, category=category or _usual_category(mime), total=len(content))
    return _complete(world, begun, content)


def _usual_category(mime: str) -> str:
    return {"photo": "tweet_image", "animated_gif": "tweet_gif", "video": "tweet_video"}[media.kind_for(mime)]


def begin(world: World, owner: User, *, mime: str, total: int, category: str = "") -> Media:
    """Announce an upload in pieces."""
    if mime not in (*PHOTOS, "image/gif", *FILMS, *SUBTITLES):
        raise UploadError("media type unrecognized.", field="media_type")
    if total <= 0:
        raise UploadError("total_bytes: must be greater than 0", field="total_bytes")
    return _begin(world, owner, mime=mime, category=category or _usual_category(mime), total=total)


def _begin(world: World, owner: User, *, mime: str, category: str, total: int) -> Media:
    if category not in CATEGORIES:
        raise UploadError("media_category: is not one of the known categories", field="media_category")
    kind = "" if mime in SUBTITLES else media.kind_for(mime)
    if kind != CATEGORIES[category]:
        raise UploadError(f"media type {mime} does not match the category {category}.", field="media_category")
    if total > LARGEST[kind]:
        raise UploadError(f"File size exceeds {LARGEST[kind]} bytes.", field="total_bytes")
    return media.add(
        world.store,
        world.ids,
        owner_id=owner.id,
        category=category,
        mime=mime,
        content=b"",
        ready=False,
        total=total,
        expires_ms=now_ms() + int(world.switches.media_life * 1000),
    )


def own(world: World, owner: User, media_id: object) -> Media:
    """An upload of the caller's that X still knows."""
    given = str(media_id or "")
    found = media.find(world.store, int(given)) if given.isdigit() and len(given) < 20 else None
    if found is None or found.owner_id != owner.id or (found.expires_ms and found.expires_ms <= now_ms()):
        raise UploadError(f"Could not find media with id: [{given}].", field="media_id")
    return found


def append(world: World, owner: User, media_id: object, *, segment: object, piece: bytes) -> Media:
    found = _open(world, owner, media_id)
    number = int(str(segment)) if str(segment).isdigit() else -1
    if not 0 <= number < MOST_SEGMENTS:
        raise UploadError(f"segment_index: must be between 0 and {MOST_SEGMENTS - 1}", field="segment_index")
    media.append(world.store, found.id, segment=number, piece=piece)
    return found


def _open(world: World, owner: User, media_id: object) -> Media:
    found = own(world, owner, media_id)
    if found.ready:
        raise UploadError("The upload is finalized already.", field="media_id")
    return found


def finalize(world: World, owner: User, media_id: object) -> Media:
    found = _open(world, owner, media_id)
    content = media.joined(world.store, found.id)
    if len(content) != found.total:
        raise UploadError("Segments do not add up to provided total file size.", field="total_bytes")
    if found.kind == "photo" and not measures.kind_of(content):
        raise UploadError("media type unrecognized.")
    return _complete(world, found, content)


def _complete(world: World, found: Media, content: bytes) -> Media:
    """Whole; of a film X finds out only while working on it whether it can be shown."""
    film = measures.film_of(content) if found.kind == "video" else None
    size = (film.width or 1280, film.height or 720) if film else measures.size_of(content) or (640, 480)
    return media.finish(
        world.store,
        found,
        content=content,
        size=size,
        duration_ms=film.duration_ms if film else 0,
        fault=_fault(film) if found.kind == "video" else "",
        works=found.kind != "photo",
    )


def _fault(film: measures.Film | None) -> str:
    if film is None:
        return "format"
    if film.duration_ms < SHORTEST_MS:
        return "short"
    return "long" if film.duration_ms > LONGEST_MS else ""
