"""Every action by its name, in the order in which people see them."""

from collections.abc import Mapping

from twitter_integration.console import people, posts, timelines
from twitter_integration.console.action import Action
from twitter_integration.offers import Dialect
from twitter_integration.tiers import Changes, dialects

ACTIONS: Mapping[str, Action] = {
    action.name: action for group in (timelines, posts, people) for action in group.ACTIONS
}


def ways_open(action: Action, tier: str, *, changes: Changes | None = None) -> list[Dialect]:
    """In which dialects an app of this tier may do it and we know how, the preferred one first."""
    return [dialect for dialect in dialects(action.operation, tier, changes=changes) if dialect in action.ways]
