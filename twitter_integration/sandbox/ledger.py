"""What an account should hold once everything has reached it: ids only, for an independent check. Reading only."""

import json
from typing import Any

from twitter_integration.sandbox import chats, posts, users
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

Json = dict[str, Any]
_CONCERNED = """
    SELECT id FROM post WHERE repost_of_id IS NULL AND id > :since AND (
      author_id = :user
      OR id IN (SELECT post_id FROM mention WHERE user_id = :user)
      OR reply_to_id IN (SELECT id FROM post WHERE author_id = :user)
      OR quoted_id IN (SELECT id FROM post WHERE author_id = :user))
    ORDER BY id
"""


def ledger(world: World, user: User, *, since_id: int = 0) -> Json:
    """Posts by, to and about the user, messages, and what of it is deleted; edited posts in their latest version."""
    found = [post for post in _concerning(world, user, since_id=since_id) if _may_be_known(world, user, post)]
    living = [post for post in found if not post.deleted_ms and not post.edited_ms]
    gone = [post for post in found if post.deleted_ms]
    versions = {str(post.id): _digits(posts.versions(world.store, post)) for post in living}
    return {
        "user_id": str(user.id),
        "handle": user.handle,
        "since_id": str(since_id),
        "posts": [str(post.id) for post in living],
        "kinds": {str(post.id): kinds(world, user, post) for post in living},
        "versions": {key: ids for key, ids in versions.items() if len(ids) > 1},
        "deleted": {
            "own": [str(post.id) for post in gone if post.author_id == user.id],
            "others": [str(post.id) for post in gone if post.author_id != user.id],
        },
        **_private(world, user, since_id=since_id),
        "reposts": _reposts(world, user, since_id=since_id),
        "likes": _likes(world, user, since_id=since_id),
    }


def _digits(ids: list[int]) -> list[str]:
    return [str(item) for item in ids]


def _concerning(world: World, user: User, *, since_id: int) -> list[Post]:
    sql = _CONCERNED.replace(":since", str(int(since_id))).replace(":user", str(int(user.id)))
    return [posts.get(world.store, int(row["id"])) for row in world.store.rows(sql)]


def _may_be_known(world: World, user: User, post: Post) -> bool:
    """Posts of protected people are for whom they let follow them."""
    author = users.get(world.store, post.author_id)
    if not author.protected or author.id == user.id:
        return True
    return users.related(world.store, "follow", source_id=user.id, target_id=author.id)


def kinds(world: World, user: User, post: Post) -> list[str]:
    """Why a post concerns the user. `automatic`: a mention X added to a reply, of which X Activity tells nothing."""
    named = [item["implicit"] for item in post.shape.mentions if item["id"] == str(user.id)]
    parent = posts.find(world.store, post.reply_to_id, deleted=True)
    quoted = posts.find(world.store, post.quoted_id, deleted=True)
    reasons = {
        "own": post.author_id == user.id,
        "mention": False in named,
        "automatic": bool(named) and False not in named,
        "reply": parent is not None and parent.author_id == user.id,
        "quote": quoted is not None and quoted.author_id == user.id,
    }
    return [name for name, so in reasons.items() if so]


def _private(world: World, user: User, *, since_id: int) -> Json:
    sql = (
        "SELECT id, sender_id, extra, deleted_ms OR id IN (SELECT message_id FROM message_hidden WHERE user_id = :user)"
        " AS deleted_ms FROM message WHERE :user IN (sender_id, recipient_id) AND id > :since ORDER BY id"
    )
    rows = world.store.rows(sql.replace(":user", str(int(user.id))).replace(":since", str(int(since_id))))
    return {
        "messages": [str(row["id"]) for row in rows if not row["deleted_ms"]],
        "received": [str(row["id"]) for row in rows if not row["deleted_ms"] and row["sender_id"] != user.id],
        "deleted_messages": [str(row["id"]) for row in rows if row["deleted_ms"]],
        "buttons": [str(row["id"]) for row in rows if "quick_reply_response" in json.loads(row["extra"])],
        "encrypted": chats.concerning(world, user),
    }


def _reposts(world: World, user: User, *, since_id: int) -> list[str]:
    sql = (
        "SELECT post.id FROM post JOIN post AS original ON original.id = post.repost_of_id"
        " WHERE post.deleted_ms IS NULL AND post.id > ? AND ? IN (post.author_id, original.author_id) ORDER BY post.id"
    )
    return [str(row["id"]) for row in world.store.rows(sql, (since_id, user.id))]


def _likes(world: World, user: User, *, since_id: int) -> list[str]:
    """X never tells of an unlike, so what was liked once stands here as long as it stands."""
    sql = (
        "SELECT liked.id FROM liked JOIN post ON post.id = post_id WHERE deleted_ms IS NULL AND post.id > ?"
        " AND ? IN (liked.user_id, post.author_id) ORDER BY at_ms"
    )
    return [str(row["id"]) for row in world.store.rows(sql, (since_id, user.id))]
