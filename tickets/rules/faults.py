"""Everything that is wrong with a condition somebody writes, each with its place; also what could be stored and would
never hold. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from kapture.words import Sentence, gettext_noop
from tickets.rules.conditions import (
    DEEPEST,
    MOST_TESTS,
    Mode,
    Test,
    WrongCondition,
    read_condition,
    read_part,
)
from tickets.rules.fields import Sort
from tickets.rules.words import has_idle_star

_MOST_FAULTS = 20  # are told


def faults_in(told: object) -> list[WrongCondition]:
    """In their order; what lies within a group that is itself wrong is not looked at."""
    faults = []
    for fault in _faults(told, ()):
        faults.append(fault)
        if len(faults) == _MOST_FAULTS:
            return faults
    try:
        read_condition(told)
    except WrongCondition as fault:
        return faults or [fault]
    return faults


def _faults(told: object, path: tuple[int, ...]) -> Iterator[WrongCondition]:
    parts = _parts(told, path)
    if parts is not None:
        for place, part in enumerate(parts):
            yield from _faults(part, (*path, place))
        return
    try:
        part = read_part(told, path=path)
    except WrongCondition as fault:
        yield fault
        return
    if isinstance(part, Test):
        yield from _vain(part, path)


def _parts(told: object, path: tuple[int, ...]) -> list[Any] | None:
    """Of a group that is right as far as it is one."""
    if not isinstance(told, Mapping) or len(told) != 1:
        return None
    ((mode, parts),) = told.items()
    sound = mode in {known.value for known in Mode} and isinstance(parts, list) and (parts or not path)
    return parts if sound and len(path) < DEEPEST and len(parts) <= MOST_TESTS else None


def _vain(test: Test, path: tuple[int, ...]) -> Iterator[WrongCondition]:
    about = test.about
    words = test.value if isinstance(test.value, tuple) else ()
    if about.sort == Sort.WORDS:
        for word in words:
            if has_idle_star(word):
                yield WrongCondition(
                    Sentence(
                        gettext_noop("A * stands only at the end of a word or phrase, for any ending: {word!r}."),
                        word=word,
                    ),
                    path,
                )
                return
    if about.offered and (unknown := [word for word in words if word not in about.offered]):
        yield WrongCondition(
            Sentence(
                gettext_noop("{unknown!r} is none of those that can be chosen. Choose again."), unknown=unknown[0]
            ),
            path,
        )
