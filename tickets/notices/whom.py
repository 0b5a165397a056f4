"""Who is told of a line of a ticket's history, and as what. Pure: the one place that maps verbs to people.

Whether they may know of it, and want to, is asked by those who call.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tickets.choices import NoticeEvent

# Of a promise's time; from here on it is late.
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the history. `author`: of the message it speaks of."""

    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: int | None = None
    author: int | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """The people around its ticket by now."""

    assignee: int | None = None
    watchers: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()

    @property
    def concerned(self) -> list[int]:
        """Who has it, and who watches it."""
        return [*_some(self.assignee), *sorted(self.watchers)]


Told = tuple[int, NoticeEvent]


def people_told(fact: Fact, around: Around) -> dict[int, NoticeEvent]:
    """Each person once, by what concerns them most; never whoever did it."""
    rule = _RULES.get(fact.verb)
    found: dict[int, NoticeEvent] = {}
    for person, event in rule(fact, around) if rule else ():
        if person != fact.actor:
            found.setdefault(person, event)
    return found


def _assigned(fact: Fact, around: Around) -> Iterator[Told]:
    yield from _each(_some(fact.data.get("to")), NoticeEvent.ASSIGNED)


def _ruled(fact: Fact, around: Around) -> Iterator[Told]:
    yield from _assigned(fact, around)
    yield from _each(_listed(fact, "notified"), NoticeEvent.TOLD)


def _noted(fact: Fact, around: Around) -> Iterator[Told]:
    yield from _each(_listed(fact, "mentions"), NoticeEvent.MENTIONED)
    yield from _each(around.concerned, NoticeEvent.NOTE)


def _answered(fact: Fact, around: Around) -> Iterator[Told]:
    if not fact.data.get("again"):
        yield from _each(around.concerned, NoticeEvent.REPLIED)


def _joined(fact: Fact, around: Around) -> Iterator[Told]:
    if not fact.data.get("ours"):
        yield from _each(around.concerned, NoticeEvent.CUSTOMER)


def _failed(fact: Fact, around: Around) -> Iterator[Told]:
    yield from _each(_some(fact.author), NoticeEvent.FAILED)
    yield from _each(_some(around.assignee), NoticeEvent.FAILED)


def _turned(fact: Fact, around: Around) -> Iterator[Told]:
    yield from _each(around.concerned, NoticeEvent.STATUS)


def _woke(fact: Fact, around: Around) -> Iterator[Told]:
    """By its moment: who has it, else who put it aside. Where a message or a person woke it, that tells of itself."""
    if fact.data.get("why") == "time":
        yield from _each(_some(around.assignee) or _some(fact.data.get("put_aside_by")), NoticeEvent.WOKE)


def _stepped(fact: Fact, around: Around) -> Iterator[Told]:
    """A promise runs out: whoever has the ticket, its queue's leads once it is late, and whom the step names. That
    one is late is told once; later steps tell it to the leads of a queue they put it into, and to those whom they are
    set to tell. Named by their office, these hear it as they wish to hear of what is due or late."""
    late = fact.data.get("share", 0) >= WHOLE
    event = NoticeEvent.LATE if late else NoticeEvent.DUE
    known = late and fact.data.get("late_before")
    yield from _each(_listed(fact, "notified"), NoticeEvent.TOLD)
    if not known or fact.data.get("tell_assignee"):
        yield from _each(_some(around.assignee), event)
    if (late and (not known or "queue" in fact.data)) or fact.data.get("tell_leads"):
        yield from _each(sorted(around.leads), event)


_RULES: Mapping[str, Callable[[Fact, Around], Iterable[Told]]] = {
    "ticket.assigned": _assigned,
    "ticket.ruled": _ruled,
    "note.written": _noted,
    "reply.queued": _answered,
    "reply.native": _answered,
    "reply.by_hand": _answered,
    "ticket.joined": _joined,
    "ticket.reopened": _joined,
    "reply.failed": _failed,
    "ticket.status": _turned,
    "ticket.woke": _woke,
    "clock.step": _stepped,
}
VERBS = tuple(_RULES)


def _some(person: Any) -> list[int]:
    return [person] if isinstance(person, int) else []


def _listed(fact: Fact, name: str) -> list[int]:
    found = fact.data.get(name)
    return [pk for pk in found if isinstance(pk, int)] if isinstance(found, list) else []


def _each(people: Iterable[int], event: NoticeEvent) -> Iterator[Told]:
    return ((person, event) for person in people)
