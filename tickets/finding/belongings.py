"""What belongs to a ticket and can be asked for: notes, files, drafts, answers of somebody, who watches it, who wrote.

Only what this person may read counts. Where an index tells which tickets these are, a search may begin there.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.choices import ApprovalState, Direction
from tickets.finding.amounts import read_amount
from tickets.finding.terms import Value
from tickets.finding.wishes import Holds
from tickets.models import ChecklistItem, Draft, ListEntry, Media, Ticket, Watch
from tickets.permissions import visible_messages
from tickets.rules.languages import RENAMED

# Customers of a list that is called so are looked after before others.
VIP = "vip"


def held(values: Sequence[Value], *, by: User) -> Holds:
    """Any of what `has:` names."""
    told = list(dict.fromkeys(value.text for value in values))
    rows = tuple(_HELD[one](by) for one in told)
    return Holds(rows, indexed=all(one in ("draft", "approval") for one in told))


def approvals(values: Sequence[Value], *, by: User) -> Holds:
    states = sorted({value.text for value in values})
    return Holds((_messages(by, approval__state__in=states),), indexed=states == [ApprovalState.WAITING])


def answered_by(people: Sequence[int], *, by: User) -> Holds:
    """Also what is not out yet; what went automatically is nobody's answer."""
    answers = _messages(by, agent__in=people, direction=Direction.OUT, automated=False)
    return Holds((answers,), indexed=True)


def watched_by(people: Sequence[int]) -> Holds:
    return Holds(((Watch.objects.filter(person__in=people), "ticket_id"),), indexed=True)


def found_by(labels: Sequence[str], *, by: User) -> Holds:
    """With a message that one of these search queries found."""
    return Holds((_messages(by, labels__0__isnull=False, labels__overlap=list(labels)),), indexed=True)


def left(*, by: User) -> Holds:
    """With a message that a rule left resolved."""
    return Holds((_messages(by, left_resolved=True),), indexed=True)


def spoken_in(values: Iterable[Value], *, by: User) -> Holds:
    """As the channel tells it, in the words of old for some as well."""
    codes = {value.text for value in values}
    codes |= {old for old, new in RENAMED.items() if new in codes}
    told = Q(language__in=sorted(codes))
    for code in sorted(codes):
        told |= Q(language__startswith=f"{code}-")
    messages, column = _messages(by, direction=Direction.IN)
    return Holds(((messages.filter(told), column),), indexed=False)


def with_followers(values: Iterable[Value]) -> Holds:
    found = Q(pk__in=[])
    for value in values:
        span = read_amount(value.text)
        least, most = span.least or 0, span.most
        one = Q(identity__followers__gte=least)
        found |= one if most is None else one & Q(identity__followers__lte=most)
    return Holds(((Ticket.objects.filter(found), "id"),), indexed=True)


def vips() -> Holds:
    """Of customers on a list that is called so."""
    listed = ListEntry.objects.filter(list__name__istartswith=VIP, identity__isnull=False)
    return Holds(((Ticket.objects.filter(identity__in=listed.values("identity")), "id"),), indexed=True)


def _messages(by: User, **facts: Any) -> tuple[QuerySet[Any], str]:
    return visible_messages(by).filter(**facts), "ticket_id"


def _attachments(by: User) -> tuple[QuerySet[Any], str]:
    return visible_messages(by).filter(Exists(Media.objects.filter(message=OuterRef("pk")))), "ticket_id"


_HELD: dict[str, Callable[[User], tuple[QuerySet[Any], str]]] = {
    "note": lambda by: _messages(by, direction=Direction.INTERNAL),
    "attachment": _attachments,
    "draft": lambda by: (Draft.objects.filter(person=by, ticket__isnull=False), "ticket_id"),
    "approval": lambda by: _messages(by, approval__state=ApprovalState.WAITING),
    "checklist": lambda by: (ChecklistItem.objects.all(), "ticket_id"),
    "answer": lambda by: (Ticket.objects.filter(last_outbound_at__isnull=False), "id"),
    "tag": lambda by: (Ticket.tags.through.objects.all(), "ticket_id"),
}
