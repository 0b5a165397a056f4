"""What a line of the query language means for one person: which tickets fit, and what is asked of each of them.

Whatever is asked, the answer is a part of what `tickets.permissions` lets this person see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tickets.choices import CATEGORY_OF, UNDONE_STATUSES, StatusCategory
from tickets.finding.belongings import (
    answered_by,
    approvals,
    found_by,
    held,
    left,
    spoken_in,
    vips,
    watched_by,
    with_followers,
)
from tickets.finding.customers import find_customers
from tickets.finding.moments import RESOLVED, promised, said, within
from tickets.finding.names import Names
from tickets.finding.query import read
from tickets.finding.terms import Group, NotUnderstood, Problem, Reading, Term, Value
from tickets.finding.wishes import Fits, Several, Wish, all_of, wish_of, words_of
from tickets.models import Incident, Ticket
from tickets.permissions import visible_tickets
from tickets.reading.listing import ListView, condition_of
from tickets.sending.unsent import find_unsent

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
class Asked:
    """A line that was understood. `tickets` fit all that is asked of a ticket's own facts alone; `wishes` are asked of
    each of them besides. `queues`: those it names."""

    line: str
    reading: Reading
    tickets: QuerySet[Ticket]
    wishes: Sequence[Wish]
    queues: Sequence[int]
    user: User

    @property
    def words(self) -> str:
        """Whatever words are looked for, as PostgreSQL reads a tsquery."""
        return " | ".join(dict.fromkeys(one.query for wish in self.wishes for one in words_of(wish)))


def understand(line: str, *, user: User, now: datetime, tickets: QuerySet[Ticket] | None = None) -> Asked:
    """`tickets`: part of what the person may see, to look in; else all of it. Raises NotUnderstood."""
    reading = read(line)
    meaning = _Meaning(user, timezone.localtime(now), list(reading.problems), reading.tree)
    wishes = all_of(wish_of(reading.tree, meaning.of)) if reading.tree.parts else ()
    if meaning.problems:
        raise NotUnderstood(meaning.problems)
    reading = replace(reading, hints=(*reading.hints, *meaning.hints))
    chosen = visible_tickets(user) if tickets is None else tickets
    for wish in wishes:
        chosen = chosen.filter(wish.condition) if isinstance(wish, Fits) else chosen
    asked = [wish for wish in wishes if not isinstance(wish, Fits)]
    return Asked(line, reading, chosen, asked, sorted(meaning.queues), user)


@dataclass(slots=True)
class _Meaning:
    user: User
    now: datetime
    problems: list[Problem]
    tree: Group
    hints: list[Problem] = field(default_factory=list)
    queues: set[int] = field(default_factory=set)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.user)

    def of(self, term: Term) -> Wish:
        found = _WISHES[term.field](self, term)
        return Fits(found) if isinstance(found, Q) else found

    def rows(self, term: Term, values: Sequence[Value] | None = None) -> list[int]:
        """Those that are named; what nothing is called is noted as a mistake."""
        found, unknown = self.names.find(term.field, term.values if values is None else values)
        for one in unknown:
            (self.hints if one.code == "unoffered" else self.problems).append(one)
        if term.field == "queue":
            self.queues.update(found)
        return found

    def people(self, term: Term) -> list[int]:
        plain, named = _parted(term, "me")
        return [*([self.user.pk] if plain else []), *(self.rows(term, named) if named else [])]

    def views(self, term: Term) -> Wish:
        found, parts = Q(pk__in=[]), list[Wish]()
        for value in term.values:
            if value.text in _PLAIN:
                found |= _PLAIN[value.text]
            elif value.text == "incident":
                found |= Q(Exists(Incident.objects.filter(ticket=OuterRef("pk"))))
            elif value.text == "part":
                found |= Q(part_of__in=visible_tickets(self.user).values("pk"))
            elif value.text == "vip":
                parts.append(vips())
            elif value.text == "left":
                parts.append(left(by=self.user))
            elif value.text == "unsent":
                found |= condition_of(ListView.UNSENT, self.user, now=self.now, unsent=find_unsent(self.user))
            else:
                found |= condition_of(_VIEWS[value.text], self.user, now=self.now)
        parts += [Fits(found)] if len(term.values) > len(parts) else []
        return parts[0] if len(parts) == 1 else Several(tuple(parts), either=True)

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
                found |= within("next_due_at", value.text, now=self.now, past=False)
        return found & Q(status__in=UNDONE_STATUSES)

    def within(self, column: str, term: Term) -> Q:
        found = Q(pk__in=[])
        for value in term.values:
            found |= within(column, value.text, now=self.now, past=True)
        return found

    def said(self, term: Term) -> Wish:
        who = self.answerer if term in self.tree.parts and term.field == "answered" and not term.negated else None
        people = self.people(who) if who is not None else None
        return said(term.field, term.values, by=self.user, now=self.now, people=people)

    @property
    def answerer(self) -> Term | None:
        """`by:bob answered:today` is of what Bob answered today: where both stand side by side, outside of brackets."""
        if self.tree.either:
            return None
        named = [part for part in self.tree.parts if isinstance(part, Term) and part.field == "by" and not part.negated]
        return named[0] if len(named) == 1 else None

    def promised(self, term: Term) -> Wish:
        return promised(term.field, term.values, now=self.now)

    def assignee(self, term: Term) -> Q:
        plain, named = _parted(term, "me", "none")
        found = Q(assignee=None) if "none" in plain else Q(pk__in=[])
        found = found | Q(assignee=self.user) if "me" in plain else found
        return found | Q(assignee__in=self.rows(term, named)) if named else found

    def or_none(self, column: str, term: Term) -> Q:
        plain, named = _parted(term, "none")
        found = Q(**{column: None}) if plain else Q(pk__in=[])
        return found | Q(**{f"{column}__in": self.rows(term, named)}) if named else found

    def tag(self, term: Term) -> Q:
        return Q(Exists(Ticket.tags.through.objects.filter(ticket=OuterRef("pk"), tag__in=self.rows(term))))

    def search(self, term: Term) -> Wish:
        rows = set(self.rows(term))
        return found_by(sorted({name for _, name, pk in self.names.known("search") if pk in rows}), by=self.user)

    def skill(self, term: Term) -> Q:
        plain, named = _parted(term, "none")
        needed = Ticket.skills.through.objects.filter(ticket=OuterRef("pk"))
        found = ~Q(Exists(needed)) if plain else Q(pk__in=[])
        return found | Q(Exists(needed.filter(skill__in=self.rows(term, named)))) if named else found


def _parted(term: Term, *plain: str) -> tuple[set[str], list[Value]]:
    """The words of the language, and the names, which may be the same word in quotation marks."""
    words = {v.text.lower() for v in term.values if not v.quoted and v.text.lower() in plain}
    return words, [v for v in term.values if v.quoted or v.text.lower() not in plain]


def _column(name: str) -> Callable[[_Meaning, Term], Q]:
    return lambda meaning, term: Q(**{f"{name}__in": [value.text for value in term.values]})


def _named(name: str) -> Callable[[_Meaning, Term], Q]:
    return lambda meaning, term: Q(**{f"{name}__in": meaning.rows(term)})


_WISHES: dict[str, Callable[[_Meaning, Term], Q | Wish]] = {
    "is": _Meaning.views,
    "#": _Meaning.number,
    "status": _column("status"),
    "priority": _column("priority"),
    "kind": _column("kind"),
    "due": _Meaning.due,
    "created": lambda meaning, term: meaning.within("created_at", term),
    "updated": lambda meaning, term: meaning.within("last_message_at", term),
    "opened": lambda meaning, term: meaning.within("opened_at", term),
    "resolved": lambda meaning, term: meaning.within("resolved_at", term) & RESOLVED,
    "wrote": _Meaning.said,
    "answered": _Meaning.said,
    "kept": _Meaning.promised,
    "missed": _Meaning.promised,
    "delayed": _Meaning.promised,
    "queue": _named("queue"),
    "folder": lambda meaning, term: meaning.or_none("folder", term),
    "account": _named("address"),
    "assignee": _Meaning.assignee,
    "from": lambda meaning, term: Q(customer__in=find_customers(term.values)),
    "tag": _Meaning.tag,
    "search": _Meaning.search,
    "skill": _Meaning.skill,
    "sla": lambda meaning, term: meaning.or_none("sla_policy", term),
    "has": lambda meaning, term: held(term.values, by=meaning.user),
    "approval": lambda meaning, term: approvals(term.values, by=meaning.user),
    "by": lambda meaning, term: answered_by(meaning.people(term), by=meaning.user),
    "watching": lambda meaning, term: watched_by(meaning.people(term)),
    "language": lambda meaning, term: spoken_in(term.values, by=meaning.user),
    "followers": lambda meaning, term: with_followers(term.values),
}
