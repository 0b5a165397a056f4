"""Media, from the three shapes X gives them: v1.1 entities, attachments of messages, v2 `includes.media`."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from twitter_integration.events import Media
from twitter_integration.payloads.fields import (
    MAX_KEY_LENGTH,
    Record,
    as_count,
    as_id,
    as_link,
    as_list,
    as_record,
    as_text,
    records,
)

KINDS = frozenset({"photo", "video", "animated_gif"})
# v2 media keys start with the kind: 3_ photo, 7_ video, 13_ video of the media studio, 16_ animated GIF
KEY_KINDS = {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}
# Pictures of direct messages: X serves them (on ton.twitter.com) only to a signed GET by a participant, x-api 5.6.
# and in v2 under a path of their own.
MESSAGE_PATHS = ("/1.1/ton/data/dm/", "/2/dm_conversations/media/")
# X attaches at most four to a post, one to a message.
MAX_MEDIA = 20
PHOTO_HOST = "https://pbs.twimg.com/media/"


def read_all_media(items: Iterable[Record]) -> tuple[Media, ...]:
    """v1.1 media objects, each once (`entities` and `extended_entities` repeat them)."""
    found: dict[str, Media] = {}
    for item in islice(items, MAX_MEDIA):
        media = read_media(item)
        if media is not None:
            found.setdefault(media.id, media)
    return tuple(found.values())


def read_media(item: Record) -> Media | None:
    """One v1.1 media object; None without id or file."""
    number = as_id(item, "id_str", "id")
    picture = as_link(item, "media_url_https", "media_url")
    film = best_film(as_record(item.get("video_info")).get("variants"))
    if not number or not (picture or film):
        return None
    kind = as_text(item, "type")
    size = as_record(item.get("original_info")) or as_record(as_record(item.get("sizes")).get("large"))
    url = film or photo_variant(picture, "orig")
    return Media(
        id=number,
        kind=kind if kind in KINDS else "photo",
        url=url,
        preview_url=photo_variant(picture, "small"),
        alt_text=as_text(item, "ext_alt_text"),
        width=as_count(size, "width", "w"),
        height=as_count(size, "height", "h"),
        needs_auth=any(path in url for path in MESSAGE_PATHS),
    )


def read_attached_media(attachments: object, included: dict[str, Record]) -> tuple[Media, ...]:
    """The media of a v2 post or message, in the order of its `attachments.media_keys`."""
    keys = as_list(as_record(attachments).get("media_keys"))
    wanted = dict.fromkeys(key for key in keys if isinstance(key, str) and 0 < len(key) <= MAX_KEY_LENGTH)
    return tuple(describe_media(key, included.get(key, {})) for key in islice(wanted, MAX_MEDIA))


def describe_media(key: str, item: Record) -> Media:
    """One v2 media object; with the key alone kind and id are known, the file is not (`url` is empty)."""
    prefix, _, number = key.rpartition("_")
    kind = as_text(item, "type")
    picture = as_link(item, "url")
    url = best_film(item.get("variants")) or photo_variant(picture, "orig")
    preview = as_link(item, "preview_image_url") or photo_variant(picture, "small")
    return Media(
        id=number or key,
        kind=kind if kind in KINDS else KEY_KINDS.get(prefix, "photo"),
        url=url,
        preview_url=preview,
        alt_text=as_text(item, "alt_text"),
        width=as_count(item, "width"),
        height=as_count(item, "height"),
        needs_auth=any(path in url for path in MESSAGE_PATHS),
    )


def best_film(variants: object) -> str:
    """The mp4 with the highest bit rate, else ""; playlists (m3u8) are not files."""
    films = [item for item in records(variants) if item.get("content_type") == "video/mp4"]
    films = [item for item in films if as_link(item, "url")]
    if not films:
        return ""
    return as_link(max(films, key=lambda item: as_count(item, "bitrate", "bit_rate") or 0), "url")


def photo_variant(url: str, size: str) -> str:
    """The address of a public photo in a size (small, large, orig); other addresses are returned as they are."""
    if not url.startswith(PHOTO_HOST) or "?" in url:
        return url
    stem, dot, extension = url.rpartition(".")
    if not dot or "/" in extension or ":" in extension:
        return url
    return f"{stem}?format={extension}&name={size}"


def index_media(value: object) -> dict[str, Any]:
    """`includes.media` by media key."""
    return {key: item for item in records(value) if (key := as_text(item, "media_key"))}
