"""What is asked of each ticket, taken from a line: words, what a ticket holds, its own facts, and all or one of these.

Words that are to stand in one message stay together, also where some of them are alternatives: `(refund OR koffer) bag`
is one question to the index of words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from tickets.finding import words
from tickets.finding.customers import beginnings
from tickets.finding.terms import Group, Node, Term


@dataclass(frozen=True, slots=True)
class Words:
    """One message holds them, as PostgreSQL reads a tsquery. `names`: or they begin words of the customer's name."""

    query: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Lacks:
    """No message holds them."""

    query: str


@dataclass(frozen=True, slots=True)
class Fits:
    """Facts of the ticket itself."""

    condition: Q


@dataclass(frozen=True, slots=True)
class Holds:
    """Any of these rows belongs to it, by a column of theirs. `indexed`: they are found without reading all of them."""

    rows: tuple[tuple[QuerySet[Any], str], ...]
    indexed: bool
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """All of these, or one of them."""

    parts: tuple["Wish", ...]
    either: bool = False


Wish = Words | Lacks | Fits | Holds | Several


def wish_of(node: Node, meaning: Callable[[Term], Wish], *, negated: bool = False, turned: bool = False) -> Wish:
    """`meaning`: of a term that is not words. `turned`: by any minus, also if another took it back; a minus is about
    messages, not about names."""
    negated, turned = negated ^ node.negated, turned or node.negated
    said = _said(node)
    if said is not None:
        return Lacks(said.query) if negated else Words(said.query, "" if turned else said.names)
    if isinstance(node, Term):
        found = meaning(node)
        return _not(found) if negated else found
    parts = (wish_of(part, meaning, negated=negated, turned=turned) for part in _together(node))
    return _several(parts, either=node.either ^ negated)


def all_of(wish: Wish) -> tuple[Wish, ...]:
    """Those that all have to hold."""
    return wish.parts if isinstance(wish, Several) and not wish.either else (wish,)


def words_of(wish: Wish) -> Iterator[Words]:
    """Wherever they are looked for."""
    if isinstance(wish, Words):
        yield wish
    for part in wish.parts if isinstance(wish, Several) else ():
        yield from words_of(part)


def questions(wish: Wish) -> int:
    """How many things are asked of a ticket."""
    return sum(map(questions, wish.parts)) if isinstance(wish, Several) else 1


def _not(wish: Wish) -> Wish:
    if isinstance(wish, Fits):
        return Fits(~wish.condition)
    if isinstance(wish, Holds):
        return replace(wish, negated=not wish.negated)
    assert isinstance(wish, Several)
    return _several(map(_not, wish.parts), either=not wish.either)


def _several(parts: Iterator[Wish], *, either: bool) -> Wish:
    """Those of the same kind within it come up."""
    found: list[Wish] = []
    for part in parts:
        found += part.parts if isinstance(part, Several) and part.either == either else [part]
    return found[0] if len(found) == 1 else Several(tuple(found), either)


def _together(group: Group) -> list[Node]:
    """Its parts, the words among them as one, for they are looked for in one message."""
    told = [part for part in group.parts if not part.negated and _said(part) is not None]
    if len(told) < 2:
        return list(group.parts)
    return [Group(tuple(told), 0, 0, either=group.either), *(part for part in group.parts if part not in told)]


def _said(node: Node) -> Words | None:
    """What consists of words that are looked for and of nothing else; its own minus is not looked at."""
    if isinstance(node, Term):
        if node.field:
            return None
        names = words.names(words.tidy(node.text))
        return Words(words.phrase(node.text, prefix=node.prefix), beginnings(names))
    parts = [_said(part) for part in node.parts if not part.negated]
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(node.parts):
        return None
    sign = " | " if node.either else " & "
    return Words(_joined([part.query for part in found], sign), _joined([part.names for part in found], sign))


def _joined(parts: Sequence[str], sign: str) -> str:
    told = [part for part in parts if part]
    return f"({sign.join(told)})" if len(told) > 1 else "".join(told)
