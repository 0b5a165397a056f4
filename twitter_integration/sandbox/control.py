"""Acting as a person: one command, one thing done, as the control API, the page and tests ask for it.

Whoever acts here does so in X's own app: what a brand writes this way comes from no app of ours.
"""

from twitter_integration.sandbox import arguments, list_commands, private_commands, public_commands
from twitter_integration.sandbox.arguments import ControlError, Json
from twitter_integration.sandbox.world import World

__all__ = ["ControlError", "perform"]
ACTIONS = public_commands.COMMANDS | private_commands.COMMANDS | list_commands.COMMANDS


def perform(world: World, command: Json) -> Json:
    """Do what `command["action"]` says as `command["user"]`; returns the object made or changed."""
    action = str(command.get("action", ""))
    doer = arguments.person(world, command.get("user"))
    handler = ACTIONS.get(action)
    if handler is None:
        raise ControlError(f"There is no action {action!r}. Known: {', '.join(sorted(ACTIONS))}.")
    return handler(world, doer, command)
