"""What a line of the query language means for one person: which tickets fit, and which words are looked for in them.

Whatever is asked, the answer is a part of what `tickets.permissions` lets this person see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tickets.choices import CATEGORY_OF, UNDONE_STATUSES, StatusCategory
from tickets.finding import words
from tickets.finding.names import beginnings, find_customers, find_rows
from tickets.finding.query import Term, Value, parse
from tickets.finding.spans import read_span
from tickets.listing import ListView, condition_of
from tickets.models import Ticket
from tickets.permissions import visible_tickets
from tickets.unsent import find_unsent

_LARGEST = 2**63 - 1
_ACTIVE = [status for status, category in CATEGORY_OF.items() if category == StatusCategory.ACTIVE]
_VIEWS = {
    "open": ListView.ALL,
    "mine": ListView.MINE,
    "soon": ListView.SOON,
    "late": ListView.LATE,
    "breached": ListView.LATE,
    "unassigned": ListView.UNASSIGNED,
    "snoozed": ListView.SNOOZED,
    "resolved": ListView.RESOLVED,
    "closed": ListView.CLOSED,
    "ignored": ListView.IGNORED,
}
_PLAIN: dict[str, Q] = {
    "assigned": Q(assignee__isnull=False, status__in=UNDONE_STATUSES),
    "dm": Q(private=True),
    "private": Q(private=True),
    "public": Q(private=False),
    "waiting": Q(status__in=_ACTIVE, last_by_us=False),
    "merged": Q(merged_into__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words, as PostgreSQL reads a tsquery. `names`: the same words as beginnings of a customer's name."""

    words: str = ""
    names: str = ""
    unwanted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.unwanted)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that was understood. `tickets` are those that fit but for the words."""

    line: str
    terms: Sequence[Term]
    tickets: QuerySet[Ticket]
    wanted: Wanted
    user: User


def understand(line: str, *, user: User, now: datetime, tickets: QuerySet[Ticket] | None = None) -> Asked:
    """`tickets`: part of what the person may see, to look in; else all of it. Raises Problem."""
    terms = parse(line)
    chosen = visible_tickets(user) if tickets is None else tickets
    meaning = _Meaning(user, timezone.localtime(now))
    for term in terms:
        if term.field:
            condition = meaning.of(term)
            chosen = chosen.exclude(condition) if term.negated else chosen.filter(condition)
    return Asked(line, terms, chosen, _wanted(terms), user)


def _wanted(terms: Sequence[Term]) -> Wanted:
    told = [term for term in terms if not term.field]
    sought = [words.phrase(term.text, prefix=term.prefix) for term in told if not term.negated]
    unwanted = tuple(words.phrase(term.text, prefix=term.prefix) for term in told if term.negated)
    names = [name for term in told if not term.negated for name in words.names(words.tidy(term.text))]
    return Wanted(" & ".join(sought), beginnings(names) if sought else "", unwanted)


@dataclass(frozen=True, slots=True)
class _Meaning:
    user: User
    now: datetime

    def of(self, term: Term) -> Q:
        return _CONDITIONS[term.field](self, term)

    def views(self, term: Term) -> Q:
        found = Q(pk__in=[])
        for value in term.values:
            if value.text in _PLAIN:
                found |= _PLAIN[value.text]
            elif value.text == "unsent":
                found |= condition_of(ListView.UNSENT, self.user, now=self.now, unsent=find_unsent(self.user))
            else:
                found |= condition_of(_VIEWS[value.text], self.user, now=self.now)
        return found

    def number(self, term: Term) -> Q:
        return Q(pk=min(int(term.text[:20]), _LARGEST))

    def due(self, term: Term) -> Q:
        found = Q(pk__in=[])
        for value in term.values:
            if value.text == "none":
                found |= Q(next_due_at=None)
            elif value.text == "late":
                found |= Q(next_due_at__lte=self.now)
            else:
                found |= self._within("next_due_at", value.text, past=False)
        return found & Q(status__in=UNDONE_STATUSES)

    def created(self, term: Term) -> Q:
        return self._any_within("created_at", term)

    def updated(self, term: Term) -> Q:
        return self._any_within("last_message_at", term)

    def _any_within(self, column: str, term: Term) -> Q:
        found = Q(pk__in=[])
        for value in term.values:
            found |= self._within(column, value.text, past=True)
        return found

    def _within(self, column: str, text: str, *, past: bool) -> Q:
        stretch = read_span(text, now=self.now, past=past)
        found = Q(**{f"{column}__isnull": False})
        if stretch.start is not None:
            found &= Q(**{f"{column}__gte": stretch.start})
        return found & Q(**{f"{column}__lt": stretch.stop}) if stretch.stop is not None else found

    def assignee(self, term: Term) -> Q:
        plain = {value.text.lower() for value in term.values if not value.quoted}
        found = Q(assignee=None) if "none" in plain else Q(pk__in=[])
        found = found | Q(assignee=self.user) if "me" in plain else found
        named = tuple(v for v in term.values if v.quoted or v.text.lower() not in ("me", "none"))
        return found | Q(assignee__in=_rows(term, named, by=self.user)) if named else found

    def policy(self, term: Term) -> Q:
        return self._or_none("sla_policy", term)

    def folder(self, term: Term) -> Q:
        return self._or_none("folder", term)

    def _or_none(self, column: str, term: Term) -> Q:
        named = tuple(v for v in term.values if v.quoted or v.text.lower() != "none")
        found = Q(**{column: None}) if len(named) < len(term.values) else Q(pk__in=[])
        return found | Q(**{f"{column}__in": _rows(term, named, by=self.user)}) if named else found

    def tag(self, term: Term) -> Q:
        tagged = Ticket.tags.through.objects.filter(ticket=OuterRef("pk"), tag__in=find_rows(term, by=self.user))
        return Q(Exists(tagged))

    def customer(self, term: Term) -> Q:
        return Q(customer__in=find_customers(term.values))


def _rows(term: Term, values: Sequence[Value], *, by: User) -> list[int]:
    return find_rows(Term(term.field, tuple(values), term.start, term.stop), by=by)


def _column(name: str) -> Callable[[_Meaning, Term], Q]:
    return lambda meaning, term: Q(**{f"{name}__in": [value.text for value in term.values]})


def _named(name: str) -> Callable[[_Meaning, Term], Q]:
    return lambda meaning, term: Q(**{f"{name}__in": find_rows(term, by=meaning.user)})


_CONDITIONS: dict[str, Callable[[_Meaning, Term], Q]] = {
    "is": _Meaning.views,
    "#": _Meaning.number,
    "status": _column("status"),
    "priority": _column("priority"),
    "kind": _column("kind"),
    "due": _Meaning.due,
    "created": _Meaning.created,
    "updated": _Meaning.updated,
    "queue": _named("queue"),
    "folder": _Meaning.folder,
    "account": _named("address"),
    "assignee": _Meaning.assignee,
    "from": _Meaning.customer,
    "tag": _Meaning.tag,
    "sla": _Meaning.policy,
}
