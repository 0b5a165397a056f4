"""Does a condition hold of a message? `judge` says so with what decided it, `predicate` only whether, and much faster.
Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.rules.conditions import Group, Mode, Test
from tickets.rules.facts import Facts, Standing
from tickets.rules.fields import Sort
from tickets.rules.shape import shape_of
from tickets.rules.words import any_found, first_found, fold, found, little_besides, made_only_of


@dataclass(frozen=True, slots=True)
class Ground:
    """One question that decided: it held, or it did not. `found`: which of its words, or what was there instead."""

    test: Test
    held: bool
    path: tuple[int, ...]
    found: Any = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it holds, the questions that made it so; where not, the one that failed it first."""

    holds: bool
    grounds: tuple[Ground, ...] = ()


def judge(node: Group | Test, facts: Facts, standing: Standing, *, path: tuple[int, ...] = ()) -> Verdict:
    if isinstance(node, Test):
        held, what = ask(node, facts, standing)
        return Verdict(held, (Ground(node, held, path, what),))
    if node.mode == Mode.ALL:
        return _all(node, facts, standing, path)
    grounds: tuple[Ground, ...] = ()
    for place, part in enumerate(node.parts):
        verdict = judge(part, facts, standing, path=(*path, place))
        if verdict.holds:  # one is enough: for any, and against none
            return Verdict(node.mode == Mode.ANY, verdict.grounds)
        grounds = grounds or verdict.grounds
    if node.mode == Mode.NONE or not node.parts:
        return Verdict(True)
    return Verdict(False, grounds)


def _all(node: Group, facts: Facts, standing: Standing, path: tuple[int, ...]) -> Verdict:
    grounds: list[Ground] = []
    for place, part in enumerate(node.parts):
        verdict = judge(part, facts, standing, path=(*path, place))
        if not verdict.holds:
            return verdict
        grounds += verdict.grounds
    return Verdict(True, tuple(grounds))


def ask(test: Test, facts: Facts, standing: Standing) -> tuple[bool, Any]:
    """Whether it holds, and what was found. Of what is not known nothing holds."""
    about = test.about
    value = about.read(facts, standing)
    if value is None:
        return False, None
    return _ASKED[about.sort](test, value)


def _words(test: Test, value: str) -> tuple[bool, Any]:
    text = fold(value)
    if test.operator == "is_exactly":
        return any(fold(word) == text for word in test.value), None
    if test.operator == "little_besides":
        return little_besides(test.value, shape_of(value).own_words), None
    if test.operator == "made_only_of":
        shape = shape_of(value)
        return not shape.links and made_only_of(test.value, shape.own_words), None
    if test.operator == "has_all":
        there = found(test.value, text)
        return len(there) == len(test.value), there
    word = first_found(test.value, text)
    return (word is not None) == (test.operator == "has_any"), word


def _number(test: Test, value: int) -> tuple[bool, Any]:
    if test.operator == "at_least":
        return value >= test.value, value
    return value <= test.value if test.operator == "at_most" else value == test.value, value


def _yes_no(test: Test, value: bool) -> tuple[bool, Any]:
    return value == (test.operator == "yes"), value


def _one(test: Test, value: Any) -> tuple[bool, Any]:
    return (value in test.value) == (test.operator == "any_of"), value


def _several(test: Test, value: frozenset[Any]) -> tuple[bool, Any]:
    there = [one for one in test.value if one in value]
    if test.operator == "all_of":
        return len(there) == len(test.value), there
    return bool(there) == (test.operator == "any_of"), there


_ASKED: Mapping[Sort, Callable[[Test, Any], tuple[bool, Any]]] = {
    Sort.WORDS: _words,
    Sort.NUMBER: _number,
    Sort.YES_NO: _yes_no,
    Sort.WORD: _one,
    Sort.ROW: _one,
    Sort.SET: _several,
    Sort.ROWS: _several,
}


Predicate = Callable[[Facts, Standing], bool]


def predicate(node: Group | Test) -> Predicate:
    """The same as `judge(…).holds`, made ready once for many messages."""
    if isinstance(node, Test):
        return _question(node)
    parts = [predicate(part) for part in node.parts]
    if node.mode == Mode.ALL:
        return lambda facts, standing: all(part(facts, standing) for part in parts)
    if node.mode == Mode.NONE:
        return lambda facts, standing: not any(part(facts, standing) for part in parts)
    return lambda facts, standing: any(part(facts, standing) for part in parts)


def _question(test: Test) -> Predicate:
    read, words = test.about.read, test.value
    if test.operator in ("has_any", "has_none"):
        wanted = test.operator == "has_any"

        def says(facts: Facts, standing: Standing) -> bool:
            value = read(facts, standing)
            return value is not None and any_found(words, fold(value)) == wanted

        return says
    asked = _ASKED[test.about.sort]

    def holds(facts: Facts, standing: Standing) -> bool:
        value = read(facts, standing)
        return value is not None and asked(test, value)[0]

    return holds
