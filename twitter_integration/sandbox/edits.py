"""Editing a post: a new id in the same place, with the old one in its history. What X allows is checked here."""

from dataclasses import replace

from twitter_integration.sandbox import acts, posts
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.rest_v2 import EDIT_WINDOW_MS, MOST_EDITS
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World


class EditError(ValueError):
    """An edit X would refuse; the text says why."""


def edit(world: World, author: User, post: Post, *, text: str, app: App | None = None) -> tuple[Post, list[Job]]:
    """Publish a newer version: pictures, quoted post and place in the conversation stay."""
    with world.writing:
        check(world, author, post)
        draft = Draft(
            text=text,
            reply_to=posts.find(world.store, post.reply_to_id, deleted=True),
            quoted=posts.find(world.store, post.quoted_id),
            media=post.shape.media,
        )
        return acts.publish(world, author, replace(draft, replaces=post), app=app)


def check(world: World, author: User, post: Post) -> None:
    history = posts.versions(world.store, post)
    first = posts.get(world.store, history[0])
    if post.author_id != author.id:
        raise EditError("Only the author edits a post.")
    if post.repost_of_id or post.edited_ms or post.deleted_ms:
        raise EditError("Only the latest version of an own post can be edited.")
    if now_ms() - first.created_ms > EDIT_WINDOW_MS:
        raise EditError("A post can be edited for an hour.")
    if len(history) > MOST_EDITS:
        raise EditError(f"A post can be edited {MOST_EDITS} times.")
