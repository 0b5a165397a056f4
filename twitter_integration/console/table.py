"""Every action by its name, in the order in which people see them."""

from collections.abc import Mapping

from twitter_integration.console import (
    collecting,
    lists,
    messages,
    people,
    posts,
    profile,
    reminding,
    settings,
    timelines,
    writing,
)
from twitter_integration.console.action import Action

# What belongs together, under the heading of docs/console.md.
GROUPS: Mapping[str, tuple[Action, ...]] = {
    "Timelines": timelines.ACTIONS,
    "Writing": writing.ACTIONS,
    "Posts": posts.ACTIONS,
    "People": (*people.ACTIONS, *reminding.ACTIONS),
    "Profile and settings": (*profile.ACTIONS, *settings.ACTIONS),
    "Lists": lists.ACTIONS,
    "Collections": collecting.ACTIONS,
    "Direct messages": messages.ACTIONS,
}
ACTIONS: Mapping[str, Action] = {action.name: action for group in GROUPS.values() for action in group}
