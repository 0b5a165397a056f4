"""Conditions as they are stored (JSON) and as they are held (dataclasses): reading refuses what is wrong, and says
where. Pure.

    {"all": [{"field": "text", "is": "has_any", "value": ["refund", "money back"]},
             {"any": [{"field": "followers", "is": "at_least", "value": 10000}, {"field": "verified", "is": "yes"}]},
             {"none": [{"field": "only_emoji", "is": "yes"}]}]}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kapture.words import Sentence, gettext_noop
from tickets.rules.fields import FIELDS, OPERATORS, Field, Sort
from tickets.rules.languages import language_key
from tickets.rules.words import fold

DEEPEST = 4
MOST_TESTS = 60
MOST_VALUES = 500  # of one test: words, handles
LONGEST_VALUE = 100  # characters


class WrongCondition(ValueError):
    """`path` leads to the fault: the places in the groups, counted from 0. `str()` says what is wrong."""

    def __init__(self, sentence: str, path: tuple[int, ...] = ()) -> None:
        super().__init__(sentence)
        self.path = path

    @property
    def where(self) -> str:
        """As a person counts: `2.1` is the first in the second."""
        return ".".join(str(place + 1) for place in self.path)


class Mode(Enum):
    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Test:
    """One question. `value`: a tuple of words or keys, a number, or None where yes or no says it all."""

    __test__ = False  # no test of ours, whatever looks for them by name

    field: str
    operator: str
    value: Any = None

    @property
    def about(self) -> Field:
        return FIELDS[self.field]


@dataclass(frozen=True, slots=True)
class Group:
    """All, any or none of its parts; without parts it holds of everything."""

    mode: Mode
    parts: tuple["Group | Test", ...] = ()


EVERYTHING = Group(Mode.ALL)


def read_condition(told: object) -> Group:
    """Raises WrongCondition. The outermost is always a group."""
    group = read_part(told, path=())
    if not isinstance(group, Group):
        return Group(Mode.ALL, (group,))
    if sum(1 for _ in tests_of(group)) > MOST_TESTS:
        raise WrongCondition(Sentence(gettext_noop("A rule asks at most {most} things."), most=MOST_TESTS))
    return group


def write_condition(node: Group | Test) -> dict[str, Any]:
    """As it is stored; reading it again gives the same."""
    if isinstance(node, Group):
        return {node.mode.value: [write_condition(part) for part in node.parts]}
    value = list(node.value) if isinstance(node.value, tuple) else node.value
    return {"field": node.field, "is": node.operator} | ({} if value is None else {"value": value})


def tests_of(node: Group | Test) -> Iterator[Test]:
    """Every question in it, however deep."""
    if isinstance(node, Test):
        yield node
    else:
        for part in node.parts:
            yield from tests_of(part)


def fields_of(node: Group | Test) -> frozenset[str]:
    return frozenset(test.field for test in tests_of(node))


def read_part(told: object, *, path: tuple[int, ...]) -> Group | Test:
    """What stands at this place. Raises WrongCondition."""
    if not isinstance(told, Mapping):
        raise WrongCondition(Sentence(gettext_noop("A condition is a group or a question.")), path)
    if "field" in told:
        return _read_test(told, path=path)
    modes = [mode for mode in Mode if mode.value in told]
    if len(modes) != 1 or len(told) != 1:
        raise WrongCondition(Sentence(gettext_noop("A group is one of: all, any, none.")), path)
    parts = told[modes[0].value]
    if not isinstance(parts, list):
        raise WrongCondition(Sentence(gettext_noop("A group holds a list.")), path)
    if len(path) >= DEEPEST:
        raise WrongCondition(Sentence(gettext_noop("Groups lie at most {most} deep."), most=DEEPEST), path)
    if len(parts) > MOST_TESTS:
        raise WrongCondition(Sentence(gettext_noop("A rule asks at most {most} things."), most=MOST_TESTS), path)
    if path and not parts:
        raise WrongCondition(Sentence(gettext_noop("This group is empty. Put something in, or remove it.")), path)
    return Group(modes[0], tuple(read_part(part, path=(*path, place)) for place, part in enumerate(parts)))


def _read_test(told: Mapping[Any, Any], *, path: tuple[int, ...]) -> Test:
    if unknown := set(told) - {"field", "is", "value"}:
        raise WrongCondition(
            Sentence(gettext_noop("A question has no {unknown!r}."), unknown=min(map(str, unknown))), path
        )
    name, operator = told["field"], told.get("is")
    if not isinstance(name, str) or name not in FIELDS:
        raise WrongCondition(Sentence(gettext_noop("Nothing is known under the name {name!r}."), name=name), path)
    about = FIELDS[name]
    if operator not in OPERATORS[about.sort]:
        raise WrongCondition(
            Sentence(gettext_noop("It can be asked for: {operators}."), operators=", ".join(OPERATORS[about.sort])),
            path,
        )
    return Test(name, str(operator), _read_value(about, told.get("value"), path=path))


def _read_value(about: Field, value: object, *, path: tuple[int, ...]) -> Any:
    if about.sort == Sort.YES_NO:
        if value is not None:
            raise WrongCondition(Sentence(gettext_noop("Yes or no takes no value.")), path)
        return None
    if about.sort == Sort.NUMBER:
        return _read_number(about, value, path=path)
    if not isinstance(value, list) or not value:
        raise WrongCondition(Sentence(gettext_noop("Name one at least.")), path)
    if len(value) > MOST_VALUES:
        raise WrongCondition(Sentence(gettext_noop("Name at most {most}."), most=MOST_VALUES), path)
    if about.sort in (Sort.ROW, Sort.ROWS):
        if any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in value):
            raise WrongCondition(Sentence(gettext_noop("What is chosen here is named by its number.")), path)
        return tuple(dict.fromkeys(value))
    words = [_read_word(one, about, path=path) for one in value]
    return tuple(dict.fromkeys(words))


def _read_number(about: Field, value: object, *, path: tuple[int, ...]) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongCondition(Sentence(gettext_noop("Name a whole number.")), path)
    if not about.least <= value <= about.most:
        raise WrongCondition(
            Sentence(gettext_noop("Name a number from {least} to {most}."), least=about.least, most=about.most), path
        )
    return value


def _read_word(value: object, about: Field, *, path: tuple[int, ...]) -> str:
    if not isinstance(value, str) or not fold(value).strip("* "):
        raise WrongCondition(Sentence(gettext_noop("A word is empty.")), path)
    word = " ".join(value.split())
    if len(word) > LONGEST_VALUE:
        raise WrongCondition(Sentence(gettext_noop("A word has up to {most} characters."), most=LONGEST_VALUE), path)
    if about.known and word not in about.known:
        raise WrongCondition(
            Sentence(gettext_noop("{word!r} is none of: {known}."), word=word, known=", ".join(about.known)), path
        )
    if about.known or about.sort == Sort.WORDS:
        return word
    word = word.lstrip("@").lower()
    return language_key(word) if about.offered else word
