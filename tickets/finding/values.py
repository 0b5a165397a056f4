"""Whether a field of the query language knows a value. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from tickets.finding.amounts import is_amount
from tickets.finding.spans import is_promise, is_said, is_span, read_hour, read_promise
from tickets.finding.terms import Problem, Reading, Value
from tickets.finding.vocabulary import FIELDS, Field
from tickets.rules.languages import LANGUAGES, language_key

_PASSING = {"is": ("late", "soon", "breached")}
_TIMES = ("due", "created", "updated", "opened", "resolved", "wrote", "answered", "kept")
_BECOME = ("missed", "delayed")  # once they are due
_CODES = {name.lower(): code for code, name in LANGUAGES.items()}


def checked(name: str, value: Value) -> tuple[Value, Problem | None]:
    """As it is meant, and what is wrong with it. Names are known to the desk alone."""
    field, text = FIELDS[name], value.text.lower()
    if field.sort == "name":
        return value, None
    if field.sort == "language":
        text = language_key(_CODES.get(text, text))
    meant = Value(text, value.start, value.quoted)
    return meant, None if _fits(name, field, text) else _unknown(name, field, value)


def near(told: str, known: Iterable[str], *, end: str = "") -> str:
    """What may have been meant; empty when nothing is like it."""
    return "".join(f"{found}{end}" for found in get_close_matches(told, list(known), n=1, cutoff=0.6))


def by_the_clock(reading: Reading) -> list[Problem]:
    """Terms that come to fit, or cease to, though nothing of a ticket changes."""
    return [
        Problem("clock", term.start, term.stop, facts={"told": f"{term.field}:{value.text}"})
        for term in reading.terms
        for value in term.values
        if value.text in _PASSING.get(term.field, ())
        or (term.field in _TIMES and not _is_fixed(value.text))
        or term.field in _BECOME
    ]


def _is_fixed(text: str) -> bool:
    """Days by their date, and no time at all."""
    return text == "none" or read_hour(read_promise(text)[1])[1].lstrip("<>.")[:5].endswith("-")


def _fits(name: str, field: Field, text: str) -> bool:
    if field.sort == "span":
        return is_span(text, past=name != "due")
    if field.sort == "said":
        return is_said(text)
    if field.sort == "promise":
        return is_promise(text)
    return is_amount(text) if field.sort == "amount" else text in field.known


def _unknown(name: str, field: Field, value: Value) -> Problem:
    codes = {"span": "due" if name == "due" else "when", "said": "when", "word": "value"}
    offered = {"word": field.known, "language": tuple(_CODES)}.get(field.sort, ())
    facts = {"field": name, "told": value.text, "known": ", ".join(field.known)}
    meant = near(value.text.lower(), offered)
    return Problem(codes.get(field.sort, field.sort), value.start, value.stop, meant, facts)
