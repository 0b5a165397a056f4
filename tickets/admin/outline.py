"""A condition as a form holds it: a tree of groups and questions, with what was typed and what is wrong with it. It is
built with submit buttons alone, so it needs no JavaScript."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kapture.languages import say
from tickets.rules.conditions import (
    DEEPEST,
    EVERYTHING,
    MOST_TESTS,
    Group,
    Mode,
    Test,
    WrongCondition,
    read_condition,
)
from tickets.rules.faults import faults_in
from tickets.rules.fields import FIELDS, OPERATORS, Field, Sort
from tickets.rules.typed import typed_of, words_typed

GROUP = "group"
TREE_BUTTON = "_tree"  # its value: what to do, and where: add:0.1
_BY_CHOICE = (Sort.ROW, Sort.ROWS)


@dataclass(slots=True)
class Node:
    """A group, or a question about a field. `typed` as it came: lines of words, a number, or what was ticked."""

    sort: str
    mode: str = Mode.ALL.value
    operator: str = ""
    typed: Any = ""
    parts: list["Node"] = field(default_factory=list)
    error: str = ""
    focus: bool = False  # where a person goes on after a button

    @property
    def is_group(self) -> bool:
        return self.sort == GROUP

    @property
    def is_ticked(self) -> bool:
        """Its values are chosen from those there are."""
        return not self.is_group and _is_chosen(FIELDS[self.sort])

    def told(self) -> dict[str, Any]:
        """As it is stored, right or wrong."""
        if self.is_group:
            return {self.mode: [part.told() for part in self.parts]}
        asked = {"field": self.sort, "is": self.operator}
        value = self._value()
        return asked if value is None else asked | {"value": value}

    def _value(self) -> Any:
        about = FIELDS[self.sort]
        if about.sort == Sort.YES_NO:
            return None
        if about.sort == Sort.NUMBER:
            return _number(str(self.typed).strip())
        if about.sort in _BY_CHOICE:
            return [_number(str(one)) for one in self.typed]
        if about.known or about.offered or about.listed:
            return list(self.typed)
        return words_typed(str(self.typed))


def _number(text: str) -> Any:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(text) < 20 else text


def _is_chosen(about: Field) -> bool:
    return about.sort in _BY_CHOICE or about.listed or bool(about.known or about.offered)


def outline_of(part: Group | Test) -> Node:
    """Of a condition that is stored."""
    if isinstance(part, Group):
        return Node(GROUP, mode=part.mode.value, parts=[outline_of(inner) for inner in part.parts])
    typed: Any = "" if part.value is None else part.value
    if isinstance(part.value, tuple):
        typed = [str(one) for one in part.value] if _is_chosen(part.about) else typed_of(map(str, part.value))
    return Node(part.field, operator=part.operator, typed=typed)


def read_outline(data: Mapping[str, Any], name: str) -> Node:
    """Of a form that was sent: as many groups and questions as there may be, no more."""
    return _read(data, name, depth=0)


def _read(data: Mapping[str, Any], name: str, *, depth: int) -> Node:
    sort = str(data.get(f"{name}-sort", GROUP))
    if sort not in FIELDS:
        mode = str(data.get(f"{name}-mode", ""))
        node = Node(GROUP, mode=mode if mode in {m.value for m in Mode} else Mode.ALL.value)
        for place in range(MOST_TESTS + 1):
            if depth >= DEEPEST + 1 or f"{name}-{place}-sort" not in data:
                break
            node.parts.append(_read(data, f"{name}-{place}", depth=depth + 1))
        return node
    node = Node(sort, operator=str(data.get(f"{name}-is", "")))
    if node.operator not in OPERATORS[FIELDS[sort].sort]:
        node.operator = OPERATORS[FIELDS[sort].sort][0]
    listed = getattr(data, "getlist", None)
    node.typed = (listed(f"{name}-value") if listed else []) if node.is_ticked else str(data.get(f"{name}-value", ""))
    return node


def press(root: Node, button: str, data: Mapping[str, Any], name: str) -> None:
    """What a button of the tree does: `add:0.1` puts the chosen question into that group, `group:0.1` a group, and
    `remove:0.1` takes it out. A button that leads nowhere does nothing."""
    verb, _, where = button.partition(":")
    path = [int(step) for step in where.split(".") if step.isascii() and step.isdigit()]
    if verb == "remove" and path:
        parent = _at(root, path[:-1])
        if parent is not None and path[-1] < len(parent.parts):
            del parent.parts[path[-1]]
            parent.focus = True
        return
    group = _at(root, path)
    if group is None or not group.is_group:
        return
    if verb == "group" and len(path) < DEEPEST - 1:
        group.parts.append(Node(GROUP, mode=Mode.ANY.value, focus=True))
    if verb == "add":
        wanted = str(data.get("-".join([name, *map(str, path), "new"]), ""))
        if wanted in FIELDS:
            group.parts.append(fresh(wanted))
            group.parts[-1].focus = True


def fresh(field_name: str) -> Node:
    """A question as it is first offered."""
    node = Node(field_name, operator=OPERATORS[FIELDS[field_name].sort][0])
    node.typed = [] if node.is_ticked else ""
    return node


def _at(root: Node, path: Sequence[int]) -> Node | None:
    node = root
    for place in path:
        if place >= len(node.parts):
            return None
        node = node.parts[place]
    return node


def check(root: Node, known: Mapping[str, Collection[int | str]]) -> tuple[Group, list[WrongCondition]]:
    """The condition, and everything that is wrong with it. `known`: of each table, which rows there are, and of what
    channels have, which words."""
    told = root.told()
    if faults := faults_in(told):
        return EVERYTHING, faults
    group = read_condition(told)
    return group, list(_missing(group, known, ()))


def mark(root: Node, faults: Sequence[WrongCondition]) -> None:
    """What is wrong stands at its place."""
    for fault in faults:
        node = _at(root, fault.path)
        if node is not None:
            node.error = say(fault.args[0])


def _missing(
    part: Group | Test, known: Mapping[str, Collection[int | str]], path: tuple[int, ...]
) -> Iterator[WrongCondition]:
    if isinstance(part, Group):
        for place, inner in enumerate(part.parts):
            yield from _missing(inner, known, (*path, place))
        return
    gone = [one for one in part.value if one not in known.get(part.field, ())] if _is_of_now(part.about) else []
    if gone and part.about.listed:
        yield WrongCondition(_("There is no {gone!r} any more. Choose again.").format(gone=gone[0]), path)
    elif gone:
        yield WrongCondition(_("What was chosen is not there any more. Choose again."), path)


def _is_of_now(about: Field) -> bool:
    """Chosen of what is there by now."""
    return about.sort in _BY_CHOICE or about.listed
