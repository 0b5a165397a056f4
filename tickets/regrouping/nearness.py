"""Whether two texts say nearly the same. Pure."""

import re

_WORD = re.compile(r"\w{2,}")
_FIGURES = re.compile(r"\d{3,}")
_ALIKE = 0.8  # of the words of two texts together
_WORDS = 4  # fewer say nothing


def is_near(text: str, other: str, *, alike: float = _ALIKE) -> bool:
    """Whether two texts say nearly the same, whatever the order. `alike`: how much of their words is in both. With
    other numbers in them (of orders, flights, bookings) they speak of two matters."""
    numbers, others = set(_FIGURES.findall(text)), set(_FIGURES.findall(other))
    if numbers and others and numbers.isdisjoint(others):
        return False
    return are_near(words_of(text), words_of(other), alike=alike)


def words_of(text: str) -> frozenset[str]:
    return frozenset([word.lower() for word in _WORD.findall(text)])


def are_near(words: frozenset[str], others: frozenset[str], *, alike: float = _ALIKE) -> bool:
    """The same of their words, for who compares one text with many."""
    if min(len(words), len(others)) < _WORDS:
        return False
    common = len(words & others)
    return common / (len(words) + len(others) - common) >= alike
