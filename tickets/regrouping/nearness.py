"""Whether two texts say nearly the same. Pure."""

import re

_WORD = re.compile(r"\w{2,}")
_ALIKE = 0.8  # of the words of two texts together
_WORDS = 4  # fewer say nothing


def is_near(text: str, other: str, *, alike: float = _ALIKE) -> bool:
    """Whether two texts say nearly the same, whatever the order. `alike`: how much of their words is in both."""
    words, others = ({word.lower() for word in _WORD.findall(one)} for one in (text, other))
    if min(len(words), len(others)) < _WORDS:
        return False
    return len(words & others) / len(words | others) >= alike
