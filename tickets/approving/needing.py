"""Whether an answer needs somebody's approval, and by which rule. Pure: no queries, no clock of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tickets.rules.words import first_found, fold

_PARTED = re.compile(r"[\n,;]")  # as people write several words, whatever the form asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All that is said must hold; what is not said (None, or nothing chosen) holds always.

    teams, roles: whose answers. Without any, those of everybody who may not approve themselves.
    """

    pk: int
    name: str = ""
    address: int | None = None
    queue: int | None = None
    private: bool | None = None
    tags: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    teams: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is asked of. tags: of its ticket. teams, roles: of its writer, who may approve others' or not."""

    address: int
    queue: int
    private: bool
    text: str
    tags: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    approver: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """The first rule that asks for approval, what it is called, and the word that made it hold, if one did."""

    rule: int
    word: str = ""
    name: str = ""


def words_matter(rules: Iterable[Rule], answer: Answer) -> bool:
    """Whether it may need approval with other words and none with these, or the other way about."""
    return any(rule.words and _concerns(rule, answer) for rule in rules)


def words_in(typed: str) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(word for part in _PARTED.split(typed) if (word := " ".join(part.split()))))


def first_need(rules: Iterable[Rule], answer: Answer) -> Need | None:
    """In the order given."""
    folded = fold(answer.text)
    for rule in rules:
        if not _concerns(rule, answer):
            continue
        word = first_found(rule.words, folded) if rule.words else ""
        if word is not None:
            return Need(rule.pk, word, rule.name)
    return None


def _concerns(rule: Rule, answer: Answer) -> bool:
    return (
        _written_by(rule, answer)
        and rule.address in (None, answer.address)
        and rule.queue in (None, answer.queue)
        and rule.private in (None, answer.private)
        and (not rule.tags or bool(rule.tags & answer.tags))
    )


def _written_by(rule: Rule, answer: Answer) -> bool:
    """Whoever a rule names needs approval for their own, also who may approve."""
    if not rule.teams and not rule.roles:
        return not answer.approver
    of_team = not rule.teams or bool(rule.teams & answer.teams)
    return of_team and (not rule.roles or bool(rule.roles & answer.roles))
