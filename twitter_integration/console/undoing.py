"""What takes an act back, and what it is called afterwards: a report that blocked is undone by unblocking. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from twitter_integration.console.action import Action

_REPORT = "report"
# As the record keeps it of a report that blocked in the same breath.
BLOCKED: Sequence[Mapping[str, str]] = ({"field": "block", "after": "yes"},)


def undo_of(action: Action, changes: Sequence[Mapping[str, Any]]) -> str:
    """The name of the action that takes it back; empty where nothing does."""
    return "unblock" if _blocked(action, changes) else action.undone_by


def done_words(action: Action, changes: Sequence[Mapping[str, Any]]) -> str:
    return _("Reported and blocked") if _blocked(action, changes) else action.fate.rstrip(".")


def may_end(action: Action, given: Mapping[str, Any]) -> bool:
    """Whether there is anything of it to be taken back some day."""
    return action.explain and (action.name != _REPORT or given.get("block") == "yes")


def _blocked(action: Action, changes: Sequence[Mapping[str, Any]]) -> bool:
    return action.name == _REPORT and any(one["field"] == "block" and one["after"] == "yes" for one in changes)
