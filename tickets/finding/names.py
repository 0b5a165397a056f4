"""The names a search may use: queues, folders, accounts, colleagues, tags, search queries and policies.

Each kind is read when a search names one: one statement. Customers are looked for by `customers`.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from django.contrib.auth.models import User

from tickets.finding import words
from tickets.finding.terms import Problem, Value, quote
from tickets.models import Address, Folder, SearchLabel, Skill, SlaPolicy, Tag
from tickets.permissions import list_queues, queues_for, sees_all, visible_tags
from tickets.reading.shelving import in_order


class Names:
    """What one person may call by name. Each kind is read once, when a line first names one of it."""

    def __init__(self, by: User) -> None:
        self._by = by
        self._read: dict[str, list[tuple[str, str, int]]] = {}

    def known(self, field: str) -> list[tuple[str, str, int]]:
        """As it is compared, as it is shown, and the row; a row may have several names."""
        kind = _KINDS.get(field, field)
        if kind not in self._read:
            self._read[kind] = [(plain(name), name, pk) for name, pk in _NAMES[kind](self._by)]
        return self._read[kind]

    def find(self, field: str, values: Sequence[Value]) -> tuple[list[int], list[Problem]]:
        """The rows that any of the values name, and the values that name none."""
        found: list[int] = []
        unknown: list[Problem] = []
        for value in values:
            wanted = plain(value.text)
            rows = [pk for name, _, pk in self.known(field) if name == wanted]
            found += rows
            unknown += [] if self.told(field, rows) else [self._unknown(field, value, wanted)]
        return found, unknown

    def told(self, field: str, rows: Sequence[int]) -> frozenset[int]:
        """Those of the known that may be named to the person. One statement for tags that they may not all know, which
        may be typed all the same: nothing says whether there is such a one."""
        if not rows or not self._hides(field):
            return frozenset(rows)
        return frozenset(visible_tags(self._by).filter(pk__in=rows).values_list("pk", flat=True))

    def _hides(self, field: str) -> bool:
        return field == "tag" and not sees_all(self._by)

    def _unknown(self, field: str, value: Value, wanted: str) -> Problem:
        known = self.known(field)
        near = get_close_matches(
            wanted, [name for name, _, _ in known], n=_NEAR if self._hides(field) else 1, cutoff=0.6
        )
        told = self.told(field, [pk for name, _, pk in known if name in near])
        best = [quote(shown) for one in near for name, shown, pk in known if name == one and pk in told]
        meant = next(iter(best), "")
        code = "unoffered" if self._hides(field) else "name"
        return Problem(code, value.start, value.stop, meant, {"field": field, "told": value.text})


def plain(name: str) -> str:
    return " ".join(words.fold(part) for part in words.tidy(name).removeprefix("@").split())


def _queues(by: User) -> Iterator[tuple[str, int]]:
    """Those that are open to them; of others nothing is told."""
    for queue in (one for one in list_queues(by) if one.pk in queues_for(by, "see")):
        yield queue.slug, queue.pk
        yield queue.name, queue.pk


def _folders(by: User) -> Iterator[tuple[str, int]]:
    """By their own name, or the path to them: two may be called the same."""
    rows = Folder.objects.values_list("pk", "name", "parent_id")
    for pk, path in in_order(rows):
        yield path[-1], pk
        if len(path) > 1:
            yield "/".join(path), pk


def _accounts(by: User) -> Iterator[tuple[str, int]]:
    for address in Address.objects.only("key", "handle", "name"):
        for name in filter(None, (address.handle, address.key, address.name)):
            yield name, address.pk


def _colleagues(by: User) -> Iterator[tuple[str, int]]:
    for person in User.objects.only("username", "first_name", "last_name"):
        yield person.username, person.pk
        for name in dict.fromkeys((person.first_name, person.get_full_name())):
            if name:
                yield name, person.pk


def _tags(by: User) -> Iterator[tuple[str, int]]:
    """Every one; which of them the person is told of is asked of those that fit."""
    for pk, name in Tag.objects.values_list("pk", "name"):
        yield name, pk


def _searches(by: User) -> Iterator[tuple[str, int]]:
    """Those that ever found anything, by what they are called, or were then."""
    for pk, name in SearchLabel.objects.values_list("pk", "name"):
        yield name, pk


def _policies(by: User) -> Iterator[tuple[str, int]]:
    for pk, name in SlaPolicy.objects.values_list("pk", "name"):
        yield name, pk


def _skills(by: User) -> Iterator[tuple[str, int]]:
    for pk, name in Skill.objects.values_list("pk", "name"):
        yield name, pk


_NEAR = 5
_NAMES = {
    "queue": _queues,
    "folder": _folders,
    "account": _accounts,
    "assignee": _colleagues,
    "tag": _tags,
    "search": _searches,
    "sla": _policies,
    "skill": _skills,
}
_KINDS = {"watching": "assignee", "by": "assignee"}
