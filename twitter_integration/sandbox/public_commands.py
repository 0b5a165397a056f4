"""Commands about posts: write, answer, quote, edit, repost, like, delete."""

from collections.abc import Callable
from typing import Any

from twitter_integration.sandbox import acts, arguments, edits, polls, posts, rest_v2, rules
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.arguments import ControlError, Json
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

LATE = 0.4
"""Seconds a vanished post's own delivery comes after that of its deletion."""
Command = Callable[[World, User, Json], dict[str, Any]]


def _publish(world: World, doer: User, command: Json) -> Json:
    text = arguments.words(command, what="post")
    answered, quoted = command.get("in_reply_to"), command.get("quote")
    vanishes = bool(command.get("vanish"))
    draft = Draft(
        text=text,
        reply_to=arguments.post(world, answered) if answered else None,
        quoted=arguments.post(world, quoted) if quoted else None,
        media=arguments.pictures(world, doer, command),
        reply_settings=str(command.get("reply_settings") or "everyone"),
        late=LATE if vanishes else 0.0,
    )
    _check(world, doer, draft)
    post, _ = acts.publish(world, doer, draft)
    if vanishes:  # deleted at once: the webhook hears of the end before the beginning
        acts.delete(world, post)
    return rest_v2.post_object(world.site, post)


def _check(world: World, doer: User, draft: Draft) -> None:
    """X's own app refuses these too."""
    for target in (draft.reply_to, draft.quoted):
        if target and not rules.is_visible(world, doer, target):
            raise ControlError(f"@{doer.handle} may not see that post.")
    if draft.reply_to and not rules.may_reply(world, doer, draft.reply_to):
        raise ControlError("Who began this conversation does not let them answer.")


def _reply(world: World, doer: User, command: Json) -> Json:
    return _publish(world, doer, {**command, "in_reply_to": command.get("in_reply_to") or "missing"})


def _quote(world: World, doer: User, command: Json) -> Json:
    quoted = command.get("quote") or command.get("in_reply_to") or "missing"
    return _publish(world, doer, {**command, "quote": quoted, "in_reply_to": None})


def _vanish(world: World, doer: User, command: Json) -> Json:
    return _publish(world, doer, {**command, "vanish": True})


def _edit(world: World, doer: User, command: Json) -> Json:
    text = str(command.get("text") or "")
    if not text:
        raise ControlError("An edit needs a text.")
    try:
        made, _ = edits.edit(world, doer, arguments.target(world, command), text=text)
    except edits.EditError as error:
        raise ControlError(str(error)) from error
    return rest_v2.post_object(world.site, made)


def _repost(world: World, doer: User, command: Json) -> Json:
    made, _ = acts.repost(world, doer, arguments.target(world, command))
    return rest_v2.post_object(world.site, made)


def _unrepost(world: World, doer: User, command: Json) -> Json:
    original = arguments.target(world, command)
    for made in posts.select(world.store, "author_id = ? AND repost_of_id = ?", (doer.id, original.id), limit=1):
        acts.delete(world, made)
    return rest_v2.post_object(world.site, original)


def _like(world: World, doer: User, command: Json) -> Json:
    post = arguments.target(world, command)
    acts.like(world, doer, post)
    return rest_v2.post_object(world.site, post)


def _unlike(world: World, doer: User, command: Json) -> Json:
    post = arguments.target(world, command)
    posts.unlike(world.store, user_id=doer.id, post_id=post.id)
    return rest_v2.post_object(world.site, post)


def _delete(world: World, doer: User, command: Json) -> Json:
    post = arguments.target(world, command)
    if post.author_id != doer.id:
        raise ControlError("Only the author deletes a post.")
    acts.delete(world, post)
    return {"id": str(post.id), "deleted": True}


def _vote(world: World, doer: User, command: Json) -> Json:
    post = arguments.target(world, command)
    poll = polls.find(world.store, post.manner.poll_id)
    option = str(command.get("option") or "1")
    if poll is None or not option.isdigit():
        raise ControlError("There is no such option to vote for.")
    polls.vote(world.store, poll, user_id=doer.id, position=int(option))
    return rest_v2.poll_object(world.site, poll)


def _hide(world: World, doer: User, command: Json) -> Json:
    """Hide a reply, or show it again, in a conversation one began."""
    post = arguments.target(world, command)
    if posts.get(world.store, post.conversation_id).author_id != doer.id or post.reply_to_id is None:
        raise ControlError("Only who began a conversation hides its replies.")
    posts.hide(world.store, post, hidden=command["action"] == "hide")
    return rest_v2.post_object(world.site, post)


COMMANDS: dict[str, Command] = {
    "post": _publish,
    "reply": _reply,
    "quote": _quote,
    "vanish": _vanish,
    "edit": _edit,
    "repost": _repost,
    "unrepost": _unrepost,
    "like": _like,
    "unlike": _unlike,
    "delete": _delete,
    "vote": _vote,
    "hide": _hide,
    "unhide": _hide,
}
