"""What the words of a control command name: people, posts, pictures. Raises ControlError for what makes no sense."""

from typing import Any

from twitter_integration.sandbox import media, posts, users
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

Json = dict[str, Any]


class ControlError(ValueError):
    """A command that makes no sense; the text says why."""


def person(world: World, key: object) -> User:
    found = users.find(world.store, str(key or ""))
    if found is None:
        raise ControlError(f"There is nobody called {key!r}.")
    return found


def post(world: World, key: object) -> Post:
    found = posts.find(world.store, str(key or ""))
    if found is None:
        raise ControlError(f"There is no post {key!r}.")
    return found


def target(world: World, command: Json) -> Post:
    return post(world, command.get("post") or command.get("in_reply_to"))


def words(command: Json, *, what: str) -> str:
    text = str(command.get("text") or "")
    if not text and not command.get("media"):
        raise ControlError(f"A {what} needs a text or media.")
    return text


def pictures(world: World, owner: User, command: Json, *, private: bool = False) -> list[int]:
    """`media`: how many pictures the sandbox shall draw and attach."""
    number = int(command.get("media") or 0)
    if not 0 <= number <= (1 if private else 4):
        raise ControlError("media is 0 to 4, and at most 1 for a message.")
    category = "dm_image" if private else "tweet_image"
    return [media.add(world.store, world.ids, owner_id=owner.id, category=category).id for _ in range(number)]
