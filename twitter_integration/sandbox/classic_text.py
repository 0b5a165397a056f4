"""v1.1 text: entities with `indices`, media entities, and the cut form of a long tweet. Rendering only."""

from typing import Any

from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.shapes import Shape

Json = dict[str, Any]
SHORT = 140
"""Characters beyond which a tweet arrives truncated, with its full form in `extended_tweet`."""
KEPT = 115
SIZES = {
    "thumb": {"w": 150, "h": 150, "resize": "crop"},
    "small": {"w": 680, "h": 510, "resize": "fit"},
    "medium": {"w": 1200, "h": 900, "resize": "fit"},
    "large": {"w": 2048, "h": 1536, "resize": "fit"},
}


def cut(shape: Shape, *, tweet_id: int) -> tuple[str, Json]:
    """The first characters, `…`, and a link of the tweet to itself; entities that fit in stay."""
    at = KEPT
    words = [*shape.links, *shape.mentions, *shape.hashtags, *shape.cashtags]
    for span in [*words, *([shape.media_link] if shape.media_link else [])]:
        if span["start"] < at < span["end"]:
            at = span["start"]
    ampersand = shape.text.rfind("&", max(at - 5, 0), at)
    if ampersand >= 0 and ";" not in shape.text[ampersand:at]:
        at = ampersand
    head = shape.text[:at].rstrip() + "… "
    marks = entities(shape, until=at)
    start, link = len(head), f"https://t.co/{tweet_id % 10**10:010d}"
    page = f"https://twitter.com/i/web/status/{tweet_id}"
    own = {"url": link, "expanded_url": page, "display_url": "twitter.com/i/web/status/…"}
    marks["urls"] = [*marks["urls"], own | {"indices": [start, start + len(link)]}]
    return head + link, marks


def entities(shape: Shape, *, until: int = 1 << 30) -> Json:
    links = shape.links
    return {
        "hashtags": [mark(item) | {"text": item["text"]} for item in shape.hashtags if item["end"] <= until],
        "urls": [
            {"url": item["url"], "expanded_url": item["expanded"], "display_url": item["display"]} | mark(item)
            for item in links
            if item["end"] <= until
        ],
        "user_mentions": [
            {
                "screen_name": item["handle"],
                "name": item["name"],
                "id": int(item["id"]),
                "id_str": item["id"],
                **mark(item),
            }
            for item in shape.mentions
            if item["end"] <= until
        ],
        "symbols": [mark(item) | {"text": item["text"]} for item in shape.cashtags if item["end"] <= until],
    }


def mark(item: Json) -> Json:
    return {"indices": [item["start"], item["end"]]}


def media_entity(shape: Shape, media: Media, *, url: str, page: str) -> Json:
    still = url if media.kind == "photo" else url.rpartition(".")[0] + ".jpg"
    entity: Json = {
        "id": media.id,
        "id_str": str(media.id),
        **mark(shape.media_link),
        "media_url": still,
        "media_url_https": still,
        "url": shape.media_link["url"],
        "display_url": shape.media_link["display"],
        "expanded_url": page,
        "type": media.kind,
        "sizes": SIZES,
    }
    if media.kind != "photo":
        entity["video_info"] = {
            "aspect_ratio": [4, 3],
            **({"duration_millis": media.duration_ms} if media.duration_ms else {}),
            "variants": [{"bitrate": 0, "content_type": "video/mp4", "url": url}],
        }
    return entity
