"""What an act changes: each field with what it was, as far as X told or we set it, and what it becomes. Asks no X."""

from collections.abc import Mapping, Sequence
from typing import Any

from twitter_integration.console import own_lists
from twitter_integration.console.action import Action, Field
from twitter_integration.console.known import READ_BY, known_of
from twitter_integration.console.record import TARGETS
from twitter_integration.models import PartnerAccount

Change = dict[str, str | None]


def changes_of(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> list[Change]:
    """As the record keeps them; `before` is None where it is not known. At most one statement."""
    if not action.tells:
        return []
    before = _before(account, action, given)
    changed = [one.name for one in action.fields if one.name in given and one.name not in TARGETS]
    return [{"field": name, "before": before.get(name), "after": str(given[name])} for name in changed]


def _before(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> Mapping[str, str | None]:
    """What a form cannot tell apart is empty only where the field takes nothing for a value."""
    if action.name in READ_BY:
        known = known_of(account).get(action.name)
        empty = {one.name for one in action.fields if one.empties and known is not None and known.at is not None}
        told = known.values if known is not None else {}
        return {name: value if value or name in empty else None for name, value in told.items()}
    if "list" not in given:
        return {}
    return {"name": dict(own_lists.known(account)).get(str(given.get("list")))}


def in_words(action: Action | None, changes: Sequence[Change]) -> list[tuple[str, str | None, str]]:
    """By the words of its form: what, from what, into what."""
    fields = {one.name: one for one in action.fields} if action is not None else {}
    return [
        (fields[name].words, _say(fields[name], one["before"]), _say(fields[name], one["after"]) or "")
        if (name := str(one["field"])) in fields
        else (name, one["before"], one["after"] or "")
        for one in changes
    ]


def _say(field: Field, value: str | None) -> str | None:
    return field.say(value) if value and field.choices else value
