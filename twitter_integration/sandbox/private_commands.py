"""Commands between people: messages, typing, receipts, follow, block, mute, profiles, leaving the app."""

from twitter_integration.sandbox import (
    acts,
    arguments,
    chats,
    mailing,
    messages,
    profiles,
    relations,
    rest_v2,
    settings,
    users,
)
from twitter_integration.sandbox.apps import all_apps
from twitter_integration.sandbox.arguments import ControlError, Json
from twitter_integration.sandbox.public_commands import Command
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

RELATIONS = ("follow", "unfollow", "block", "unblock", "mute", "unmute", "report", "dm_block", "dm_unblock")
_ENDS = {"unfollow": "follow", "unblock": "block", "unmute": "mute", "dm_unblock": "dm_block"}


def _relate(world: World, doer: User, command: Json) -> Json:
    target = arguments.person(world, command.get("to"))
    kind = str(command["action"])
    if kind == "follow":
        relations.follow(world, doer, target)
    elif kind in _ENDS:
        relations.end(world, _ENDS[kind], source=doer, target=target)
    else:
        relations.begin(world, kind, source=doer, target=target)
    return rest_v2.user_object(world.site, target)


def _answer_request(world: World, doer: User, command: Json) -> Json:
    """Somebody protected lets one who asked follow them, or does not."""
    asker = arguments.person(world, command.get("to"))
    relations.answer(world, doer, asker, accept=command["action"] == "accept")
    return rest_v2.user_object(world.site, asker)


def _message(world: World, doer: User, command: Json) -> Json:
    """`via_post` and `via_welcome_message` say where the conversation was begun: a link below a post, a greeting."""
    recipient = arguments.person(world, command.get("to"))
    if not users.may_message(world.store, sender=doer, recipient=recipient):
        raise ControlError(f"@{recipient.handle} takes no messages from @{doer.handle}.")
    text = arguments.words(command, what="message")
    attached = arguments.pictures(world, doer, command, private=True)
    begun = {"tweet_id": command.get("via_post"), "welcome_message_id": command.get("via_welcome_message")}
    via = {key: str(value) for key, value in begun.items() if value}
    extra = {"initiated_via": via} if via else {}
    sent, _ = mailing.message(world, doer, recipient, text=text, media=attached, extra=extra)
    return rest_v2.message_object(world.site, sent)


def _quick_reply(world: World, doer: User, command: Json) -> Json:
    """Tap a button: `option` counts from 1 in the other's latest offer, or `label` (and `metadata`) say it."""
    other = arguments.person(world, command.get("to"))
    label, metadata = str(command.get("label") or ""), str(command.get("metadata") or "")
    if not label:
        chosen = _offered(world, doer, other, option=str(command.get("option") or "1"))
        label, metadata = str(chosen.get("label", "")), str(chosen.get("metadata", ""))
    response = {"type": "options", **({"metadata": metadata} if metadata else {})}
    sent, _ = mailing.message(world, doer, other, text=label, extra={"quick_reply_response": response})
    return rest_v2.message_object(world.site, sent)


def _offered(world: World, doer: User, other: User, *, option: str) -> Json:
    pair = messages.conversation_of(doer.id, other.id)
    for message in messages.visible_to(world.store, doer.id, conversation_id=pair, limit=50):
        if message.sender_id == other.id and "quick_reply" in message.extra:
            options: list[Json] = message.extra["quick_reply"].get("options", [])
            if not option.isdigit() or not 1 <= int(option) <= len(options):
                raise ControlError(f"option is 1 to {len(options)}.")
            return options[int(option) - 1]
    raise ControlError(f"@{other.handle} has offered no quick replies; name a label.")


def _unsend(world: World, doer: User, command: Json) -> Json:
    found = messages.find(world.store, str(command.get("message") or ""))
    if found is None or found.sender_id != doer.id:
        raise ControlError("Only the sender takes back a message.")
    messages.delete(world.store, found)
    return {"id": str(found.id), "deleted": True}


def _typing(world: World, doer: User, command: Json) -> Json:
    mailing.type_to(world, doer, arguments.person(world, command.get("to")))
    return {"typing": True}


def _read(world: World, doer: User, command: Json) -> Json:
    jobs = mailing.read_all(world, doer, arguments.person(world, command.get("to")))
    return {"read": bool(jobs)}


def _chat(world: World, doer: User, command: Json) -> Json:
    sent, _ = chats.send(world, doer, arguments.person(world, command.get("to")))
    return {"id": sent.chat_id, "created_at_msec": str(sent.at_ms), "encrypted": True}


def _profile(world: World, doer: User, command: Json) -> Json:
    try:
        part = profiles.part_named(str(command.get("field") or ""))
        profiles.change(world, doer, part=part, value=str(command.get("value") or ""))
    except profiles.ProfileError as error:
        raise ControlError(str(error)) from error
    return rest_v2.user_object(world.site, arguments.person(world, doer.id))


def _forget(world: World, doer: User, command: Json) -> Json:
    """Delete a message for oneself; the other keeps it."""
    found = messages.find(world.store, str(command.get("message") or ""))
    if found is None or not messages.is_visible_to(world.store, found, doer.id):
        raise ControlError("There is no such message.")
    messages.hide(world.store, found, user_id=doer.id)
    return {"id": str(found.id), "deleted": True}


def _setting(world: World, doer: User, command: Json) -> Json:
    """Change one of the account's settings; switches take yes or no."""
    name, value = str(command.get("name") or ""), command.get("value", "")
    known = settings.ACCOUNT.get(name)
    if known is not None and isinstance(known.start, bool):
        value = str(value).lower() in ("1", "true", "on", "yes")
    try:
        return settings.change(world.store, doer, {name: value}, settings.ACCOUNT)
    except settings.SettingError as error:
        raise ControlError(str(error)) from error


def _revoke(world: World, doer: User, command: Json) -> Json:
    for app in all_apps(world.store):
        acts.revoke(world, doer, app)
    return {"revoked": True}


COMMANDS: dict[str, Command] = {
    **dict.fromkeys(RELATIONS, _relate),
    "accept": _answer_request,
    "decline": _answer_request,
    "dm": _message,
    "quick_reply": _quick_reply,
    "unsend": _unsend,
    "typing": _typing,
    "read": _read,
    "chat": _chat,
    "profile": _profile,
    "forget": _forget,
    "setting": _setting,
    "revoke": _revoke,
}
