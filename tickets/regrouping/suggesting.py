"""Which other tickets may belong to one, each with its reasons: for a person to decide. Three statements; nothing is
looked for in the whole past: the customer's own latest tickets, and those of the account where something was said last.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import QuerySet

from tickets.choices import UNDONE_STATUSES, Direction
from tickets.models import Message, Ticket
from tickets.permissions import visible_messages, visible_tickets
from tickets.regrouping.nearness import are_near, words_of

MOST = 8  # suggestions
_OWN = 20  # of the customer's latest
_LATEST = 300  # of the account's, compared by their last words
_SAID = 50  # of the ticket's own messages
# An order, booking or case number: five digits at least, with what stands around them.
_NUMBER = re.compile(r"(?<![\w@])#?((?:[A-Za-z]{1,4}-?)?\d{5,}(?:-\d+)*)(?!\w)")
# In the order of what they say.
_WEIGHTS = {"same_conversation": 8, "same_number": 8, "same_words": 4, "mention_and_private": 1, "same_author": 1}


@dataclass(slots=True)
class Suggestion:
    """`reasons`: codes with what they speak of. `links`: it can only be linked, for one of the two is private."""

    ticket: Ticket
    links: bool
    reasons: list[tuple[str, str]] = field(default_factory=list)


def suggest(ticket: Ticket, *, by: User) -> list[Suggestion]:
    """What says most first, then the newer. Of what the person may not read nothing is used."""
    said = list(
        visible_messages(by)
        .filter(ticket=ticket, direction=Direction.IN)
        .order_by("-sent_at")
        .values_list("text", "conversation")[:_SAID]
    )
    found: dict[int, Suggestion] = {}
    for one in _others(ticket, by=by).filter(customer=ticket.customer_id).order_by("-last_message_at", "-pk")[:_OWN]:
        private = one.private != ticket.private
        _add(found, ticket, one, ("mention_and_private" if private else "same_author", ""))
    texts = [text for text, _ in said]
    numbers, words = {number for text in texts for number in numbers_of(text)}, [words_of(text) for text in texts]
    talks = {talk for _, talk in said if talk} if not ticket.private else set()
    for one in _near(ticket, talks, by=by):
        if one.in_talk:  # type: ignore[attr-defined]  # annotated
            _add(found, ticket, one, ("same_conversation", ""))
        for reason in _alike(numbers, words, one):
            _add(found, ticket, one, reason)
    return sorted(found.values(), key=lambda s: (-_weight(s), -s.ticket.last_message_at.timestamp()))[:MOST]


def _weight(suggestion: Suggestion) -> int:
    """One of these says more than that somebody wrote twice."""
    return sum(_WEIGHTS[code] for code, _ in suggestion.reasons)


def _others(ticket: Ticket, *, by: User) -> QuerySet[Ticket]:
    others = visible_tickets(by).filter(address=ticket.address_id, merged_into=None).exclude(pk=ticket.pk)
    return others.select_related("identity")


def _near(ticket: Ticket, talks: set[str], *, by: User) -> Iterable[Ticket]:
    """The account's tickets where something was said last, and whether that was in one of these conversations."""
    rows = _others(ticket, by=by).filter(status__in=UNDONE_STATUSES).order_by("-last_message_at", "-pk")[:_LATEST]
    near = list(rows)
    said = Message.objects.filter(address=ticket.address_id, conversation__in=talks or {"-"}, ticket__isnull=False)
    inside = set(said.values_list("ticket_id", flat=True))
    known = {one.pk for one in near}
    for one in (*near, *_others(ticket, by=by).filter(pk__in=inside - known)[:MOST]):
        one.in_talk = one.pk in inside  # type: ignore[attr-defined]  # for the caller alone
        yield one


def _alike(numbers: set[str], words: list[frozenset[str]], other: Ticket) -> Iterable[tuple[str, str]]:
    if common := numbers & numbers_of(other.last_text):
        yield "same_number", ", ".join(sorted(common)[:3])
    others = words_of(other.last_text)
    if any(are_near(one, others) for one in words):
        yield "same_words", ""


def numbers_of(text: str) -> set[str]:
    return {found.upper() for found in _NUMBER.findall(text)}


def _add(found: dict[int, Suggestion], ticket: Ticket, one: Ticket, reason: tuple[str, str]) -> None:
    suggestion = found.setdefault(one.pk, Suggestion(one, links=one.private != ticket.private))
    if reason not in suggestion.reasons:
        suggestion.reasons.append(reason)
