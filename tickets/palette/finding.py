"""Tickets that say what is typed in the palette: a handful, the newest first."""

from collections.abc import Sequence

from kapture.addresses import address_of
from tickets.finding.excerpts import excerpt, marked
from tickets.finding.meaning import understand
from tickets.finding.query import SHORTEST_BEGINNING
from tickets.finding.reading import find_page, snippets_of
from tickets.finding.terms import NotUnderstood, told_of
from tickets.models import Ticket
from tickets.palette.matching import Choice, Piece
from tickets.reading.context import Desk

MOST = 5
_SHORTEST = 2


def tickets_that_say(typed: str, desk: Desk) -> list[Choice]:
    """In the language of searches; the last word may be begun only. A number is a ticket's. What is not understood
    finds nothing. Four statements at the most beside those of names."""
    line = _line(typed.strip())
    if not line:
        return []
    try:
        asked = understand(line, user=desk.user, now=desk.now)
    except NotUnderstood:
        return []
    rows = Ticket.objects.select_related("identity")
    found = find_page(asked, size=MOST, whole=rows).tickets
    texts, terms = dict(snippets_of(asked, found)), list(told_of(asked.reading.tree))
    return [_choice(one, excerpt(texts.get(one.pk, ""), terms), marked(_name(one), terms)) for one in found]


def _line(typed: str) -> str:
    number = typed.removeprefix("#")
    if number.isdecimal():
        return f"#{number}"
    if len(typed) < _SHORTEST:
        return ""
    last = typed.split()[-1]
    return f"{typed}*" if last.isalnum() and len(last) >= SHORTEST_BEGINNING else typed


def _name(ticket: Ticket) -> str:
    return ticket.identity.shown_name


def _choice(ticket: Ticket, said: Sequence[tuple[str, bool]], name: Sequence[tuple[str, bool]]) -> Choice:
    """With the words that were found, else with the customer's name."""
    at, number = address_of("ticket", ticket.pk), f"#{ticket.pk}"
    if not said:
        words = name or [(_name(ticket), False)]
        return Choice(_name(ticket), "msgs", at, note=number, pieces=[Piece(*one) for one in words])
    pieces = [Piece(*one) for one in said]
    return Choice("".join(one.text for one in pieces), "msgs", at, note=f"{number}, {_name(ticket)}", pieces=pieces)
