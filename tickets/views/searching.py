"""What a list shows that was asked for in the query language, and what may be put into its box."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.finding.completing import offers
from tickets.finding.excerpts import excerpt, marked
from tickets.finding.meaning import Asked, understand
from tickets.finding.problems import sentence
from tickets.finding.reading import find_and_count, snippets_of
from tickets.finding.telling import Named, words_of
from tickets.finding.terms import Group as Terms
from tickets.finding.terms import NotUnderstood, Problem, pieces, terms_of, told_of
from tickets.models import Ticket
from tickets.reading.context import Desk
from tickets.reading.listing import PAGE, Group, Page
from tickets.views.access import for_agents, is_fragment, person
from tickets.views.narrowing import named


@dataclass(frozen=True, slots=True)
class Chip:
    """A part in force, and the same search without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a line, or not as it was perhaps meant: the line with those parts marked (`wrong`), the
    sentences, and the line as it may have been meant."""

    parts: Sequence[tuple[str, bool]]
    sentences: Sequence[str]
    meant: str
    address: str


def search(line: str, desk: Desk, *, inside: QuerySet[Ticket] | None, after: str) -> dict[str, Any]:
    """For the list's templates. `inside`: the view it looks in; else everything. ValueError for a key that is none."""
    try:
        asked = understand(line, user=desk.user, now=desk.now, tickets=inside)
    except NotUnderstood as fault:
        return {"line": line, "mistake": _remark(line, fault.problems), "page": Page([], ""), "groups": []}
    page, found = find_and_count(asked, after=after)
    _put_excerpts(asked, page.tickets)
    group = Group("newest", _("Latest message first"), page.tickets, None)
    tree = asked.reading.tree
    return {
        "line": line,
        "chips": _chips(line, tree, named(desk)),
        "hint": _remark(line, asked.reading.hints) if asked.reading.hints else None,
        "found": found,
        "page": page,
        "groups": [group] if page.tickets else [],
        "further": bool(page.after) and len(page.tickets) < PAGE,
        "said": ["-" * term.negated + term.text for term in terms_of(tree) if not term.field],
    }


def _chips(line: str, tree: Terms, called: Named) -> list[Chip]:
    taken = zip(tree.parts, pieces(line, tree), strict=True)
    return [Chip(words_of(part, written, called), _address(rest)) for part, (written, rest) in taken]


@for_agents
@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """What may stand where somebody types (`q`: the line up to there), as a script shows it below the box."""
    found = offers(request.GET.get("q", ""), by=person(request))
    return render(request, "tickets/query_offers.html", {"offers": found})


@for_agents
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """What a search understands: below its box once somebody unfolds it, and as a page."""
    template = "tickets/query_words_table.html" if is_fragment(request) else "tickets/query_words_page.html"
    return render(request, template, {"desk": Desk(person(request)), "view": "words"})


def _put_excerpts(asked: Asked, tickets: Sequence[Ticket]) -> None:
    texts, told = dict(snippets_of(asked, tickets)), list(told_of(asked.reading.tree))
    for ticket in tickets:
        ticket.excerpt = excerpt(texts.get(ticket.pk, ""), told)  # type: ignore[attr-defined]  # for the row
        ticket.found_name = marked(ticket.identity.shown_name, told)  # type: ignore[attr-defined]  # the same


def _remark(line: str, problems: Sequence[Problem]) -> Remark:
    """It may have been meant otherwise only where that is known of all that is wrong."""
    parts: list[tuple[str, bool]] = []
    meant, at = "", 0
    for one in (problem for place, problem in enumerate(problems) if not _covered(place, problems)):
        parts += [(line[at : one.start], False), (line[one.start : one.stop], True)]
        meant += line[at : one.start] + one.meant
        at = one.stop
    known = all(problem.meant for problem in problems)
    meant = meant + line[at:] if known else ""
    told = [(text, wrong) for text, wrong in (*parts, (line[at:], False)) if text]
    return Remark(told, [sentence(problem) for problem in problems], meant, _address(meant))


def _covered(place: int, problems: Sequence[Problem]) -> bool:
    return any(earlier.stop > problems[place].start for earlier in problems[:place])


def _address(line: str) -> str:
    return f"{reverse('tickets')}?{urlencode({'q': line})}" if line else reverse("tickets")
