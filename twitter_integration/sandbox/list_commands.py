"""Commands about lists: make, change, delete one, who is in it, follow and pin it."""

from twitter_integration.sandbox import arguments, list_rules, lists, rest_v2
from twitter_integration.sandbox.arguments import ControlError, Json
from twitter_integration.sandbox.errors import ApiError
from twitter_integration.sandbox.lists import Link, Roster
from twitter_integration.sandbox.public_commands import Command
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

_LINKS: dict[str, tuple[Link, bool]] = {
    "list_follow": ("follower", True),
    "list_unfollow": ("follower", False),
    "list_pin": ("pin", True),
    "list_unpin": ("pin", False),
}
_YES = ("1", "true", "on", "yes")


def _create(world: World, doer: User, command: Json) -> Json:
    """Make a list with people in it."""
    name, description, private = _words(command)
    members = [arguments.person(world, key) for key in command.get("members") or []]
    made = lists.create(world.store, world.ids, owner_id=doer.id, name=name, description=description, private=private)
    for member in members:
        lists.link(world.store, "member", made, member)
    return rest_v2.list_object(world.site, made)


def _words(command: Json) -> tuple[str, str, bool]:
    name, description = str(command.get("name") or ""), str(command.get("description") or "")
    try:
        list_rules.check_words(name=name, description=description)
    except ApiError as error:
        raise ControlError(f"A list needs a name of 1 to {list_rules.LONGEST_NAME} characters.") from error
    return name, description, str(command.get("private") or "").lower() in _YES


def _own(world: World, doer: User, command: Json) -> Roster:
    found = lists.find(world.store, command.get("list"))
    if found is None or found.owner_id != doer.id:
        raise ControlError("That is no list of yours.")
    return found


def _change(world: World, doer: User, command: Json) -> Json:
    found = _own(world, doer, command)
    name, description, private = _words(command)
    lists.change(world.store, found, name=name, description=description, private=private)
    return {"id": str(found.id), "updated": True}


def _delete(world: World, doer: User, command: Json) -> Json:
    found = _own(world, doer, command)
    lists.delete(world.store, found)
    return {"id": str(found.id), "deleted": True}


def _member(world: World, doer: User, command: Json) -> Json:
    found, person = _own(world, doer, command), arguments.person(world, command.get("to"))
    if command["action"] == "list_add":
        try:
            list_rules.check_member(world, found, doer, person)
        except ApiError as error:
            raise ControlError(f"@{person.handle} cannot be added to this list.") from error
        lists.link(world.store, "member", found, person)
    else:
        lists.unlink(world.store, "member", found, person)
    return {"id": str(found.id), "is_member": command["action"] == "list_add"}


def _link(world: World, doer: User, command: Json) -> Json:
    found = lists.find(world.store, command.get("list"))
    if found is None or (found.private and found.owner_id != doer.id):
        raise ControlError("There is no such list.")
    kind, begins = _LINKS[str(command["action"])]
    (lists.link if begins else lists.unlink)(world.store, kind, found, doer)
    return {"id": str(found.id), kind: begins}


COMMANDS: dict[str, Command] = {
    "list": _create,
    "list_change": _change,
    "list_delete": _delete,
    "list_add": _member,
    "list_remove": _member,
    **dict.fromkeys(_LINKS, _link),
}
