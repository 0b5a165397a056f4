"""Acting as a customer: one command, one thing done, as the control API, the page and tests ask for it."""

from typing import Any

from twitter_integration.sandbox import acts, media, posts, rest_v2, users
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.apps import all_apps
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

Json = dict[str, Any]


class ControlError(ValueError):
    """A command that makes no sense; the text says why."""


def perform(world: World, command: Json) -> Json:
    """Do what `command["action"]` says as `command["user"]`; returns the object made or changed."""
    action = str(command.get("action", ""))
    doer = _person(world, command.get("user"))
    handler = _ACTIONS.get(action)
    if handler is None:
        raise ControlError(f"There is no action {action!r}. Known: {', '.join(sorted(_ACTIONS))}.")
    result: Json = handler(world, doer, command)
    return result


def _person(world: World, key: object) -> User:
    found = users.find(world.store, str(key or ""))
    if found is None:
        raise ControlError(f"There is nobody called {key!r}.")
    return found


def _post(world: World, key: object) -> Post:
    found = posts.find(world.store, str(key or ""))
    if found is None:
        raise ControlError(f"There is no post {key!r}.")
    return found


def _attach(world: World, owner: User, command: Json, *, private: bool = False) -> list[int]:
    """`media`: how many pictures the sandbox shall draw and attach."""
    number = int(command.get("media") or 0)
    if not 0 <= number <= (1 if private else 4):
        raise ControlError("media is 0 to 4, and at most 1 for a message.")
    category = "dm_image" if private else "tweet_image"
    return [media.add(world.store, world.ids, owner_id=owner.id, category=category).id for _ in range(number)]


def _publish(world: World, doer: User, command: Json) -> Json:
    text = str(command.get("text") or "")
    if not text and not command.get("media"):
        raise ControlError("A post needs a text or media.")
    answered, quoted = command.get("in_reply_to"), command.get("quote")
    draft = Draft(
        text=text,
        reply_to=_post(world, answered) if answered else None,
        quoted=_post(world, quoted) if quoted else None,
        media=_attach(world, doer, command),
    )
    post, _ = acts.publish(world, doer, draft)
    return rest_v2.post_object(world.site, post)


def _reply(world: World, doer: User, command: Json) -> Json:
    return _publish(world, doer, {**command, "in_reply_to": command.get("in_reply_to") or "missing"})


def _quote(world: World, doer: User, command: Json) -> Json:
    quoted = command.get("quote") or command.get("in_reply_to") or "missing"
    return _publish(world, doer, {**command, "quote": quoted, "in_reply_to": None})


def _repost(world: World, doer: User, command: Json) -> Json:
    made, _ = acts.repost(world, doer, _post(world, _target(command)))
    return rest_v2.post_object(world.site, made)


def _like(world: World, doer: User, command: Json) -> Json:
    post = _post(world, _target(command))
    acts.like(world, doer, post)
    return rest_v2.post_object(world.site, post)


def _unlike(world: World, doer: User, command: Json) -> Json:
    post = _post(world, _target(command))
    posts.unlike(world.store, user_id=doer.id, post_id=post.id)
    return rest_v2.post_object(world.site, post)


def _target(command: Json) -> object:
    return command.get("post") or command.get("in_reply_to")


def _relate(world: World, doer: User, command: Json) -> Json:
    target = _person(world, command.get("to"))
    acts.relate(world, str(command["action"]), source=doer, target=target)
    return rest_v2.user_object(world.site, target)


def _message(world: World, doer: User, command: Json) -> Json:
    recipient = _person(world, command.get("to"))
    text = str(command.get("text") or "")
    if not text and not command.get("media"):
        raise ControlError("A message needs a text or media.")
    attached = _attach(world, doer, command, private=True)
    sent, _ = acts.message(world, doer, recipient, text=text, media=attached)
    return rest_v2.message_object(world.site, sent)


def _delete(world: World, doer: User, command: Json) -> Json:
    post = _post(world, _target(command))
    if post.author_id != doer.id:
        raise ControlError("Only the author deletes a post.")
    acts.delete(world, post)
    return {"id": str(post.id), "deleted": True}


def _typing(world: World, doer: User, command: Json) -> Json:
    acts.type_to(world, doer, _person(world, command.get("to")))
    return {"typing": True}


def _read(world: World, doer: User, command: Json) -> Json:
    jobs = acts.read_all(world, doer, _person(world, command.get("to")))
    return {"read": bool(jobs)}


def _revoke(world: World, doer: User, command: Json) -> Json:
    for app in all_apps(world.store):
        acts.revoke(world, doer, app)
    return {"revoked": True}


_ACTIONS = {
    "post": _publish,
    "reply": _reply,
    "quote": _quote,
    "repost": _repost,
    "like": _like,
    "unlike": _unlike,
    **dict.fromkeys(("follow", "unfollow", "block", "unblock", "mute", "unmute"), _relate),
    "dm": _message,
    "delete": _delete,
    "typing": _typing,
    "read": _read,
    "revoke": _revoke,
}
