"""Post, from the v1.1 object: the posts of Account Activity, and what they quote or repost."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from twitter_integration.events import Media, Post, Span
from twitter_integration.payloads.fields import (
    Record,
    Unfit,
    as_id,
    as_ids,
    as_link,
    as_record,
    as_text,
    first_moment_of,
    moment_of,
    need_id,
    records,
)
from twitter_integration.payloads.media import read_all_media
from twitter_integration.payloads.people import read_person
from twitter_integration.payloads.presenting import present

# A post, what it quotes or reposts, and what that quotes. X nests no deeper.
MAX_NESTING = 2


class Content(NamedTuple):
    """What a post says, from whichever of its parts holds it whole."""

    text: str
    spans: tuple[Span, ...]
    original_text: str
    media: tuple[Media, ...]
    mentioned_ids: tuple[str, ...]


def read_legacy_post(item: Record, *, nesting: int = MAX_NESTING) -> Post:
    """Raises Unfit without id, author or text. A quoted post that is missing or broken leaves only its id."""
    number = need_id(item, "id_str", "id")
    reposted_id, reposted = _read_reposted(item, nesting)
    quoted_id, quoted = _read_quoted(item, nesting)
    content = _content_of(reposted) if reposted else read_content(item, quoted_id=quoted_id)
    versions = as_ids(as_record(item.get("edit_history")).get("edit_tweet_ids"))
    return Post(
        id=number,
        author=read_person(item.get("user")),
        created_at=moment_of(item, "timestamp_ms", "created_at", number=number),
        text=content.text,
        spans=content.spans,
        original_text=content.original_text,
        language=as_text(item, "lang"),
        in_reply_to_id=as_id(item, "in_reply_to_status_id_str", "in_reply_to_status_id"),
        in_reply_to_person_id=as_id(item, "in_reply_to_user_id_str", "in_reply_to_user_id"),
        quoted_id=quoted_id,
        quoted=quoted,
        reposted_id=reposted_id,
        reposted=reposted,
        mentioned_ids=content.mentioned_ids,
        media=content.media,
        version_ids=versions,
        first_created_at=first_moment_of(versions),
        reply_settings=as_text(item, "reply_settings"),
        source_app=strip_tags(as_text(item, "source")),
    )


def read_content(item: Record, *, quoted_id: str = "") -> Content:
    """The effective text with its entities and media: those of `extended_tweet` where there is one."""
    extended = as_record(item.get("extended_tweet"))
    whole: Record = extended if as_text(extended, "full_text") else item
    text = as_text(whole, "full_text", "text")
    if not text:
        raise Unfit("text: nothing to read")
    entities = as_record(whole.get("entities"))
    attached = list(_attached(whole)) or list(_attached(item))
    presented = present(
        text,
        entities=entities,
        display_range=whole.get("display_text_range"),
        hidden=_hidden_links(item, entities, attached, quoted_id),
    )
    # X may leave the list empty in the extended part and name them outside of it.
    named = [*records(entities.get("user_mentions")), *records(as_record(item.get("entities")).get("user_mentions"))]
    mentioned = (as_id(mention, "id_str", "id") for mention in named)
    return Content(*presented, read_all_media(attached), tuple(dict.fromkeys(filter(None, mentioned))))


def strip_tags(source: str) -> str:
    """The name of the app out of its HTML link."""
    if not source.startswith("<"):
        return source
    return source.partition(">")[2].partition("<")[0]


def _content_of(post: Post) -> Content:
    return Content(post.text, post.spans, post.original_text, post.media, post.mentioned_ids)


def _read_reposted(item: Record, nesting: int) -> tuple[str, Post | None]:
    inner = item.get("retweeted_status")
    if inner is None or nesting <= 0:
        return "", None
    # Without the post that was reposted this would look like a post of its own, so a broken one is a failure.
    try:
        post = read_legacy_post(as_record(inner), nesting=nesting - 1)
    except Unfit as error:
        raise Unfit(f"retweeted_status.{error}") from error
    return post.id, post


def _read_quoted(item: Record, nesting: int) -> tuple[str, Post | None]:
    inner = as_record(item.get("quoted_status"))
    number = as_id(item, "quoted_status_id_str", "quoted_status_id") or as_id(inner, "id_str", "id")
    if not inner or nesting <= 0:
        return number, None
    try:
        return number, read_legacy_post(inner, nesting=nesting - 1)
    except Unfit:
        return number, None


def _attached(part: Record) -> Iterator[Record]:
    """`extended_entities` has all media with their true kind; `entities` only the first, always called a photo."""
    extended: Any = as_record(part.get("extended_entities")).get("media")
    return records(extended or as_record(part.get("entities")).get("media"))


def _hidden_links(item: Record, entities: Record, attached: list[Record], quoted_id: str) -> list[str]:
    hidden = [as_link(media, "url") for media in attached]
    if quoted_id:
        hidden.append(as_link(as_record(item.get("quoted_status_permalink")), "url"))
        hidden += quote_links(entities, quoted_id)
    return hidden


def quote_links(entities: Record, quoted_id: str) -> list[str]:
    """The t.co links that lead to the quoted post, in either dialect."""
    ending = f"/status/{quoted_id}"
    urls = records(entities.get("urls"))
    return [as_link(url, "url") for url in urls if as_text(url, "expanded_url").partition("?")[0].endswith(ending)]
