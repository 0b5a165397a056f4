"""Every action by its name, in the order in which people see them."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

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
    gettext_noop("Timelines"): timelines.ACTIONS,
    gettext_noop("Writing"): writing.ACTIONS,
    gettext_noop("Posts"): posts.ACTIONS,
    gettext_noop("People"): (*people.ACTIONS, *reminding.ACTIONS),
    gettext_noop("Profile and settings"): (*profile.ACTIONS, *settings.ACTIONS),
    gettext_noop("Lists"): lists.ACTIONS,
    gettext_noop("Collections"): collecting.ACTIONS,
    gettext_noop("Direct messages"): messages.ACTIONS,
}
ACTIONS: Mapping[str, Action] = {action.name: action for group in GROUPS.values() for action in group}
