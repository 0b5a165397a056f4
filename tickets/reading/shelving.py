"""Folders in the order of their tree. Pure: no queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Shelf(NamedTuple):
    """A folder in its place. `path`: the names of those around it and its own."""

    pk: int
    path: tuple[str, ...]

    @property
    def title(self) -> str:
        return " / ".join(self.path)


def in_order(folders: Iterable[tuple[int, str, int | None]]) -> list[Shelf]:
    """Of (key, name, the one it is inside of), in their order: each outer folder before those inside it."""
    inside: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for pk, name, parent in folders:
        inside[parent].append((pk, name))

    def walk(parent: int | None, path: tuple[str, ...]) -> Iterator[Shelf]:
        for pk, name in inside.pop(parent, ()):
            yield Shelf(pk, (*path, name))
            yield from walk(pk, (*path, name))

    found = list(walk(None, ()))
    while inside:  # those that are inside each other: nothing leads to them, and none may be lost
        found += walk(next(iter(inside)), ())
    return found
