"""What may stand where somebody types a search: the words of the language, the values of a field, and names.

Only names this person may know are offered, as a search understands only these.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User

from tickets.finding.names import Names, plain
from tickets.finding.query import LONGEST
from tickets.finding.terms import quote
from tickets.finding.vocabulary import FIELDS, Field

MOST = 24
_AMONG = 5 * MOST  # of the names that fit, looked at for what the person may know
_QUOTES = '"“”„'


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` takes the place of the last `length` characters of what was typed."""

    text: str
    length: int
    note: str = ""


def offers(line: str, *, by: User) -> list[Offer]:
    """For a line as far as it is typed. One statement where a name is typed, and one more for tags that the
    person may not all know; none else."""
    name, colon, values = _last(line, "()", blank=True).removeprefix("-").partition(":")
    if len(line) > LONGEST or not (name.isascii() and name.isalpha()):
        return []
    name, value = name.lower(), _last(values, ",")
    if not colon:
        return [Offer(f"{one}:", len(name), _example(it)) for one, it in FIELDS.items() if one.startswith(name)][:MOST]
    field, typed = FIELDS.get(name), value.strip(_QUOTES)
    if field is None or (value[1:] and value[-1] in _QUOTES):
        return []
    told = [Offer(text, len(value)) for text in _fixed(field, typed)] if typed == value else []
    if field.sort == "name" and name != "from":
        told += _named(name, typed, len(value), by=by)
    return [offer for offer in told if offer.text != value][:MOST]


def _last(line: str, between: str, *, blank: bool = False) -> str:
    """What stands behind the last of these signs, or blank, that is not within quotation marks."""
    start, quoted = 0, False
    for at, sign in enumerate(line):
        quoted ^= sign in _QUOTES
        if not quoted and (sign in between or (blank and sign.isspace())):
            start = at + 1
    return line[start:]


def _fixed(field: Field, typed: str) -> Iterator[str]:
    return (one for one in field.known if one.startswith(typed.lower()))


def _named(field: str, typed: str, length: int, *, by: User) -> Iterable[Offer]:
    """The names that begin so, then those that hold it; each row once, by the name that fits best."""
    wanted = plain(typed)
    best: dict[int, tuple[int, str]] = {}
    names = Names(by)
    for name, shown, pk in names.known(field):
        rank = 0 if name.startswith(wanted) else 1 if wanted in name else 2
        if rank < 2 and (pk not in best or rank < best[pk][0]):
            best[pk] = rank, shown
    fitting = sorted(best.items(), key=lambda one: (one[1][0], one[1][1].lower()))[:_AMONG]
    told = names.told(field, [pk for pk, _ in fitting])
    return [Offer(quote(shown), length) for pk, (_, shown) in fitting if pk in told]


def _example(field: Field) -> str:
    return ", ".join(field.known[:3])
