"""What X holds of one account, in full: for tests and whoever checks the desk against it. Reading only.

The ledger says which ids should have reached an account; this says what stands on X now.
"""

from typing import Any

from twitter_integration.sandbox import lists, media, messages, polls, posts, rest_v2, settings, users
from twitter_integration.sandbox.ids import LARGEST
from twitter_integration.sandbox.lists import Roster
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

Json = dict[str, Any]
RELATIONS = {
    "following": "follow",
    "asked_to_follow": "request",
    "blocking": "block",
    "muting": "mute",
    "shut_out_of_messages": "dm_block",
    "reported": "report",
}


def holdings(world: World, user: User, *, since_id: int = 0) -> Json:
    """Everything of one account; posts and messages after an id, oldest first."""
    store = world.store
    return {
        "profile": rest_v2.user_object(world.site, user),
        "settings": settings.read(store, user, settings.ACCOUNT | settings.CHAT | settings.CLASSIC),
        "posts": _posts(world, "author_id = ? AND repost_of_id IS NULL", user, since_id=since_id),
        "reposts": _reposts(world, user, since_id=since_id),
        "likes": _liked(world, user),
        "hidden_replies": _hidden(world, user),
        "messages": [_message(world, item) for item in _messages(world, user, since_id=since_id)],
        **{name: _handles(users.targets(store, kind, source_id=user.id)) for name, kind in RELATIONS.items()},
        "followers": _handles(users.sources(store, "follow", target_id=user.id)),
        "follow_requests": _handles(users.sources(store, "request", target_id=user.id)),
        "lists": [_list(world, item) for _, item in lists.owned(store, user.id, reader_id=user.id, limit=LARGEST)],
        "lists_followed": _names(world, "follower", user),
        "lists_pinned": _names(world, "pin", user),
        "uploads": [_upload(world, item) for item in _uploads(world, user)],
    }


def _posts(world: World, where: str, user: User, *, since_id: int) -> list[Json]:
    clause = f"({where}) AND id > ?"
    found = posts.select(world.store, clause, (user.id, since_id), limit=LARGEST, newest_first=False)
    return [_post(world, post) for post in found]


def _post(world: World, post: Post) -> Json:
    """As v2 shows it in full, with what was typed, its media and its poll."""
    poll = polls.find(world.store, post.manner.poll_id)
    return {
        **rest_v2.post_object(world.site, post),
        "typed": post.typed,
        "in_reply_to_tweet_id": str(post.reply_to_id) if post.reply_to_id else None,
        "by_app": str(post.app_id) if post.app_id else None,
        "hidden": post.hidden_ms is not None,
        "made_with_ai": post.manner.made_with_ai,
        "media": [_upload(world, item) for item in media.find_all(world.store, post.shape.media)],
        "poll": rest_v2.poll_object(world.site, poll) if poll else None,
    }


def _reposts(world: World, user: User, *, since_id: int) -> list[Json]:
    where = "author_id = ? AND repost_of_id IS NOT NULL AND id > ?"
    found = posts.select(world.store, where, (user.id, since_id), limit=LARGEST, newest_first=False)
    return [{"id": str(post.id), "of": str(post.repost_of_id)} for post in found]


def _liked(world: World, user: User) -> list[str]:
    sql = (
        "SELECT post_id FROM liked JOIN post ON post.id = post_id WHERE user_id = ? AND deleted_ms IS NULL"
        " ORDER BY liked.rowid"
    )
    return [str(row["post_id"]) for row in world.store.rows(sql, (user.id,))]


def _hidden(world: World, user: User) -> list[str]:
    """Replies the account hid in conversations of its own."""
    where = "hidden_ms IS NOT NULL AND conversation_id IN (SELECT id FROM post WHERE author_id = ?)"
    return [str(post.id) for post in posts.select(world.store, where, (user.id,), limit=LARGEST, newest_first=False)]


def _messages(world: World, user: User, *, since_id: int) -> list[Message]:
    found = messages.visible_to(world.store, user.id, limit=LARGEST)
    return [item for item in reversed(found) if item.id > since_id]


def _message(world: World, message: Message) -> Json:
    return {
        **rest_v2.message_object(world.site, message),
        "typed": message.typed,
        "recipient_id": str(message.recipient_id),
        "by_app": str(message.app_id) if message.app_id else None,
        "media": [_upload(world, item) for item in media.find_all(world.store, message.shape.media)],
        **message.extra,
    }


def _handles(found: list[users.Marked]) -> list[str]:
    return [user.handle for _, user in found]


def _list(world: World, roster: Roster) -> Json:
    members = lists.people(world.store, "member", roster, limit=LARGEST)
    followers = lists.people(world.store, "follower", roster, limit=LARGEST)
    shown = rest_v2.list_object(world.site, roster)
    return {**shown, "members": _handles(members), "followers": _handles(followers)}


def _names(world: World, kind: lists.Link, user: User) -> list[Json]:
    found = lists.linked(world.store, kind, user.id, reader_id=user.id, limit=LARGEST)
    return [{"id": str(roster.id), "name": roster.name} for _, roster in found]


def _uploads(world: World, user: User) -> list[Media]:
    rows = world.store.rows("SELECT id FROM media WHERE owner_id = ? ORDER BY id", (user.id,))
    return media.find_all(world.store, [int(row["id"]) for row in rows])


def _upload(world: World, item: Media) -> Json:
    return {
        "id": str(item.id),
        "category": item.category,
        "type": item.kind,
        "mime": item.mime,
        "alt_text": item.alt,
        "size": media.size(world.store, item.id),
    }
