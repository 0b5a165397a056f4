"""The addresses of our pages, of which one page may name hundreds."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

_MARK = 9_009_000  # a number that stands in no address of ours


def address_of(name: str, *numbers: int) -> str:
    """As Django's `reverse`, of what is called by numbers. Which shape it has is asked once."""
    pieces = _shape(name, len(numbers), get_script_prefix())
    return pieces[0] + "".join([f"{number}{piece}" for number, piece in zip(numbers, pieces[1:], strict=True)])


@lru_cache(1024)
def _shape(name: str, count: int, _prefix: str) -> list[str]:
    """What stands around the numbers."""
    marks = [_MARK + place for place in range(count)]
    rest, pieces = reverse(name, args=marks), []
    for mark in marks:
        before, _number, rest = rest.partition(str(mark))
        pieces.append(before)
    return [*pieces, rest]
