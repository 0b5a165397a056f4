"""What is different between two conditions, question by question, wherever in its groups each stands. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tickets.rules.conditions import Group, tests_of

_Asked = tuple[str, str]  # field, operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one question: what is looked for now and was not, and the other way round. Without either it is asked anew, or
    not asked any more."""

    field: str
    operator: str
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    is_new: bool = False
    is_gone: bool = False


def compare(before: Group, after: Group) -> list[Change]:
    """In the order of the newer one, and then what only the older one asks."""
    return list(_changes(_values(before), _values(after)))


def _changes(old: dict[_Asked, dict[Any, None]], new: dict[_Asked, dict[Any, None]]) -> Iterator[Change]:
    for asked in (*new, *(one for one in old if one not in new)):
        was, now = old.get(asked, {}), new.get(asked, {})
        change = Change(
            field=asked[0],
            operator=asked[1],
            added=tuple(one for one in now if one not in was),
            removed=tuple(one for one in was if one not in now),
            is_new=asked not in old,
            is_gone=asked not in new,
        )
        if change.added or change.removed or change.is_new or change.is_gone:
            yield change


def _values(group: Group) -> dict[_Asked, dict[Any, None]]:
    """Each once, in their order; a number is the one value of its question, yes or no has none."""
    found: dict[_Asked, dict[Any, None]] = {}
    for test in tests_of(group):
        values = test.value if isinstance(test.value, tuple) else () if test.value is None else (test.value,)
        found.setdefault((test.field, test.operator), {}).update(dict.fromkeys(values))
    return found
