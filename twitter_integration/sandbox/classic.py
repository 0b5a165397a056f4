"""The v1.1 tweet and direct message as Account Activity payloads carry them. Rendering only."""

from typing import Any

from twitter_integration.sandbox import media as media_store
from twitter_integration.sandbox import posts, users
from twitter_integration.sandbox.apps import app_by_id
from twitter_integration.sandbox.classic_text import KEPT, SHORT, cut, entities, mark, media_entity
from twitter_integration.sandbox.classic_users import user_object
from twitter_integration.sandbox.ids import classic_time, time_of
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.rest_v2 import EDIT_WINDOW_MS, MOST_EDITS
from twitter_integration.sandbox.site import Site, permalink
from twitter_integration.sandbox.users import User

Json = dict[str, Any]
IPHONE = '<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>'


def tweet(site: Site, post: Post, *, inner: bool = False) -> Json:
    """A tweet with its author; `inner` ones (quoted, retweeted, liked) carry no `timestamp_ms`."""
    author = users.get(site.store, post.author_id)
    parent = posts.find(site.store, post.reply_to_id, deleted=True)
    answered = users.find(site.store, post.reply_to_user_id) if post.reply_to_user_id else None
    counts = posts.metrics(site.store, post.id)
    return {
        "created_at": classic_time(post.created_ms),
        "id": post.id,
        "id_str": str(post.id),
        **_text(site, post, author=author),
        "source": _source(site, post),
        "in_reply_to_status_id": parent.id if parent else None,
        "in_reply_to_status_id_str": str(parent.id) if parent else None,
        "in_reply_to_user_id": answered.id if answered else None,
        "in_reply_to_user_id_str": str(answered.id) if answered else None,
        "in_reply_to_screen_name": answered.handle if answered else None,
        "user": user_object(site, author),
        **dict.fromkeys(("geo", "coordinates", "place", "contributors")),
        **_references(site, post),
        "is_quote_status": post.quoted_id is not None,
        "quote_count": counts["quote_count"],
        "reply_count": counts["reply_count"],
        "retweet_count": counts["retweet_count"],
        "favorite_count": counts["like_count"],
        "favorited": False,
        "retweeted": False,
        "filter_level": "low",
        "lang": post.lang,
        **_edits(site, post, author=author),
        **({} if inner else {"timestamp_ms": str(post.created_ms)}),
        **({"possibly_sensitive": False} if post.shape.media or post.shape.urls else {}),
    }


def in_full(document: Json) -> Json:
    """The same tweet as REST gives it with `tweet_mode=extended`: `full_text`, never truncated."""
    whole = {key: value for key, value in document.items() if key not in ("timestamp_ms", "filter_level")}
    text = whole.pop("text")
    whole |= whole.pop("extended_tweet", {"full_text": text})
    for name in ("retweeted_status", "quoted_status"):
        if name in whole:
            whole[name] = in_full(whole[name])
    return whole | {"truncated": False}


def _edits(site: Site, post: Post, *, author: User) -> Json:
    """The newer edit fields, on posts that can be or were edited: original ones of verified accounts."""
    history = posts.versions(site.store, post)
    if len(history) == 1 and (not author.verified or post.reply_to_id or post.repost_of_id):
        return {}
    until = time_of(history[0]) + EDIT_WINDOW_MS
    remaining = max(MOST_EDITS + 1 - len(history), 0)
    return {
        "edit_history": {"initial_tweet_id": str(history[0]), "edit_tweet_ids": [str(item) for item in history]},
        "edit_controls": {"editable_until_ms": str(until), "edits_remaining": remaining},
        "editable": True,
    }


def _source(site: Site, post: Post) -> str:
    if post.app_id is None:
        return IPHONE
    app = app_by_id(site.store, post.app_id)
    return f'<a href="{app.url}" rel="nofollow">{app.name}</a>'


def _references(site: Site, post: Post) -> Json:
    found: Json = {}
    original = posts.find(site.store, post.repost_of_id)
    if original:
        found["retweeted_status"] = tweet(site, original, inner=True)
    if post.quoted_id:
        found |= {"quoted_status_id": post.quoted_id, "quoted_status_id_str": str(post.quoted_id)}
        quoted = posts.find(site.store, post.quoted_id)
        if quoted:  # absent when deleted, though the id stays
            author = users.get(site.store, quoted.author_id)
            found["quoted_status"] = tweet(site, quoted, inner=True)
            link = post.shape.quote_link
            found["quoted_status_permalink"] = {
                "url": link.get("url", ""),
                "expanded": permalink(author, quoted),
                "display": link.get("display", ""),
            }
    return found


def _text(site: Site, post: Post, *, author: User) -> Json:
    shape = post.shape
    reach = {"display_text_range": [shape.start, shape.end]}
    marks = entities(shape)
    attached = [
        media_entity(shape, item, url=site.file(item), page=shape.media_link["expanded"])
        for item in media_store.find_all(site.store, shape.media)
    ]
    extended: Json = {}
    if attached:
        marks["media"] = attached[:1]
        extended = {"extended_entities": {"media": attached}}
    if len(shape.text) <= SHORT:
        shown = reach if post.reply_to_id or attached else {}
        return {"text": shape.text, **shown, "truncated": False, "entities": marks, **extended}
    text, short_marks = cut(shape, tweet_id=post.id)
    whole = {"full_text": shape.text, **reach, "entities": marks, **extended}
    shown = {"display_text_range": [min(shape.start, KEPT), len(text)]}
    return {"text": text, **shown, "truncated": True, "extended_tweet": whole, "entities": short_marks}


def message_event(site: Site, message: Message) -> Json:
    """One `message_create` event; `source_app_id` only when an app sent it."""
    shape = message.shape
    marks = entities(shape)
    data: Json = {"text": shape.text, "entities": marks}
    attached = media_store.find_all(site.store, shape.media)
    if attached:
        link = shape.media_link
        page = {"url": link["url"], "expanded_url": link["expanded"], "display_url": link["display"]}
        marks["urls"] = [*marks["urls"], page | mark(link)]
        address = site.private_file(attached[0], message_id=message.id)
        entity = media_entity(shape, attached[0], url=address, page=link["expanded"])
        data["attachment"] = {"type": "media", "media": entity}
    data |= {key: value for key, value in message.extra.items() if key != "initiated_via"}
    begun = {key: value for key, value in message.extra.items() if key == "initiated_via"}
    return {
        "type": "message_create",
        "id": str(message.id),
        "created_timestamp": str(message.created_ms),
        **begun,
        "message_create": {
            "target": {"recipient_id": str(message.recipient_id)},
            "sender_id": str(message.sender_id),
            **({"source_app_id": str(message.app_id)} if message.app_id else {}),
            "message_data": data,
        },
    }
