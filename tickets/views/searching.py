"""What a list shows that was asked for in the query language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.context import Desk
from tickets.finding.excerpts import excerpt
from tickets.finding.meaning import Asked, understand
from tickets.finding.problems import sentence
from tickets.finding.query import Problem, Term, without
from tickets.finding.reading import find_page, snippets_of
from tickets.listing import PAGE, Group, Page
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Chip:
    """A term in force, and the same search without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line, around the part that is, and the line as it may have been meant."""

    sentence: str
    before: str
    wrong: str
    after: str
    meant: str
    address: str


def search(line: str, desk: Desk, *, inside: QuerySet[Ticket] | None, after: str) -> dict[str, Any]:
    """For the list's templates. `inside`: the view it looks in; else everything. ValueError for a key that is none."""
    try:
        asked = understand(line, user=desk.user, now=desk.now, tickets=inside)
    except Problem as problem:
        return {"line": line, "mistake": _mistake(line, problem), "page": Page([], ""), "groups": []}
    page = find_page(asked, after=after)
    _put_excerpts(asked, page.tickets)
    group = Group("newest", _("Latest message first"), page.tickets, None)
    return {
        "line": line,
        "chips": [Chip(line[term.start : term.stop], _address(without(line, term))) for term in asked.terms],
        "page": page,
        "groups": [group] if page.tickets else [],
        "further": bool(page.after) and len(page.tickets) < PAGE,
        "said": [_said(term) for term in asked.terms if not term.field],
    }


def _put_excerpts(asked: Asked, tickets: Sequence[Ticket]) -> None:
    texts = dict(snippets_of(asked, tickets))
    for ticket in tickets:
        ticket.excerpt = excerpt(texts.get(ticket.pk, ""), asked.terms)  # type: ignore[attr-defined]  # for the row


def _said(term: Term) -> str:
    return f"−{term.text}" if term.negated else term.text


def _mistake(line: str, problem: Problem) -> Mistake:
    start, stop = problem.start, problem.stop
    meant = f"{line[:start]}{problem.meant}{line[stop:]}" if problem.meant else ""
    return Mistake(sentence(problem), line[:start], line[start:stop], line[stop:], meant, _address(meant))


def _address(line: str) -> str:
    return f"{reverse('tickets')}?{urlencode({'q': line})}" if line else reverse("tickets")
