"""What a line of the query language consists of, and what may be wrong with it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# Of what stands between quotation marks, and what is written without being seen.
CLOSING = '"”“'
UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    start: int
    quoted: bool = False

    @property
    def stop(self) -> int:
        return self.start + len(self.text) + 2 * self.quoted


@dataclass(frozen=True, slots=True)
class Term:
    """`field` is empty for words, "#" for a number. `start` and `stop`: where it stands."""

    field: str
    values: tuple[Value, ...]
    start: int
    stop: int
    negated: bool = False
    prefix: bool = False

    @property
    def text(self) -> str:
        return self.values[0].text


@dataclass(frozen=True, slots=True)
class Group:
    """All of these, or any one of them (`either`). The whole line is one; others stand in brackets, or beside an OR."""

    parts: tuple["Node", ...]
    start: int
    stop: int
    either: bool = False
    negated: bool = False


Node = Term | Group


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where (characters from 0), and what may have been meant. `code`: see problems.py."""

    code: str
    start: int
    stop: int
    meant: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as it was read. `problems`: it cannot be understood; `hints`: it can, perhaps not as it was meant."""

    tree: Group
    problems: tuple[Problem, ...]
    hints: tuple[Problem, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(terms_of(self.tree))


class NotUnderstood(Exception):
    """Everything that is wrong with a line, in the order of their places; what is said of one thing twice, once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        once = {(one.code, repr(sorted(one.facts.items()))): one for one in sorted(problems, key=_place, reverse=True)}
        self.problems = tuple(sorted(once.values(), key=_place))
        super().__init__(", ".join(one.code for one in self.problems))


def _place(problem: Problem) -> tuple[int, int]:
    return problem.start, problem.stop


def terms_of(node: Node) -> Iterator[Term]:
    """In the order they stand in."""
    if isinstance(node, Term):
        yield node
    else:
        for part in node.parts:
            yield from terms_of(part)


def told_of(node: Node, *, negated: bool = False) -> Iterator[Term]:
    """The words that are looked for, not those that are not to be there."""
    negated ^= node.negated
    if isinstance(node, Group):
        for part in node.parts:
            yield from told_of(part, negated=negated)
    elif not node.field and not negated:
        yield node


def hints_of(group: Group) -> Iterator[Problem]:
    """An "or" between two things is a word: perhaps the one or the other was meant."""
    for place, part in enumerate(group.parts):
        if isinstance(part, Group):
            yield from hints_of(part)
        elif _is_or(part) and 0 < place < len(group.parts) - 1:
            yield Problem("or", part.start, part.stop, "OR", {"told": part.text})


def _is_or(term: Term) -> bool:
    return term.text.lower() == "or" and not (term.field or term.negated or term.values[0].quoted)


def pieces(line: str, tree: Group) -> Iterator[tuple[str, str]]:
    """Each part of a line that can be taken away, and the line without it."""
    told = [line[part.start : part.stop] for part in tree.parts]
    between = " OR " if tree.either else " "
    for place, part in enumerate(told):
        yield part, between.join(told[:place] + told[place + 1 :])


def quote(value: str) -> str:
    """As a value has to be written in a line."""
    value = UNPRINTABLE.sub(" ", value)
    plain = value and not any(sign.isspace() or sign in ',"“”„()' for sign in value)
    return value if plain else '"' + value.translate(dict.fromkeys(map(ord, CLOSING + "„"), " ")) + '"'
