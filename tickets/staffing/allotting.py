"""Who of those that staff a queue gets a ticket, and why not the others. Pure: no queries, no clock of its own.

In words: docs/rules.md, "Assignment: who gets it?".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from tickets.choices import AssignmentMode

MOST_PASSED = 3  # of those before it in the line are told of one choice


class How(StrEnum):
    """By what somebody was chosen."""

    STICKY = "sticky"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


class Why(StrEnum):
    """What keeps somebody from a ticket, in the order in which it is looked at; of nobody at all, NOBODY."""

    NOBODY = "nobody"
    PRIVATE = "private"  # may not read private messages
    SKILLS = "skills"  # lacks one that is needed
    GAVE_BACK = "gave_back"  # had it, and gave it back by hand
    RELEASED = "released"  # had it, and it was given back for them, lately
    AWAY = "away"
    UNSEEN = "unseen"  # not heard of lately
    FULL = "full"


_ORDER = list(Why)


@dataclass(slots=True, kw_only=True)
class Person:
    """One of us. `load`: active tickets in hand, of all queues. `capacity`: a limit of their own, where there is one;
    `unlimited`: no limit, whatever their queues say."""

    key: int
    away: bool = False
    seen: bool = True
    capacity: int | None = None
    unlimited: bool = False
    load: int = 0
    skills: frozenset[int] = frozenset()
    confidant: bool = True  # may read private messages

    @property
    def there(self) -> bool:
        return self.seen and not self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a queue gives out its tickets, and to whom: `staff` may work them. `turns`: who had when a turn there, by
    rising numbers; who had none is first. `capacity`: what anybody without a limit of their own may have in hand; None:
    no limit."""

    key: int
    mode: AssignmentMode
    sticky: bool = False
    asks_skills: bool = True
    capacity: int | None = None
    staff: frozenset[int] = frozenset()
    turns: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A ticket for which somebody is looked for. `regular`: who last answered its customer, lately.
    `given_back_by`: who had it last, where they gave it back by hand; `taken_from`: where somebody else did, lately.
    `had_by`: who has it still, and is not there. `hollow`: what was to be answered is gone from its channel."""

    key: int
    line: int
    private: bool = False
    needs: frozenset[int] = frozenset()
    due: datetime | None = None
    regular: int | None = None
    given_back_by: int | None = None
    taken_from: int | None = None
    had_by: int | None = None
    hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`to` None: nobody, `why`. `passed`: who would have been before the chosen one, and what kept them."""

    to: int | None = None
    how: How | None = None
    why: Why | None = None
    passed: Sequence[tuple[int, Why]] = ()


def is_seen(seen_at: datetime | None, *, now: datetime, within: timedelta) -> bool:
    """Heard of lately."""
    return seen_at is not None and seen_at > now - within


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """What is due first, then what is promised nothing, the older first; at the end where nothing is left to answer."""
    return sorted(tasks, key=_place)


def _place(task: Task) -> tuple[bool, bool, float, int]:
    return task.hollow, task.due is None, task.due.timestamp() if task.due else 0, task.key


def limit_of(person: Person, line: Line) -> int | None:
    """What they may have in hand when this queue gives something out: what is said of them, else of the queue. None: no
    limit."""
    if person.unlimited:
        return None
    return line.capacity if person.capacity is None else person.capacity


def is_full(person: Person, line: Line) -> bool:
    limit = limit_of(person, line)
    return limit is not None and person.load >= limit


def hindrance(person: Person, task: Task, line: Line) -> Why | None:
    if task.private and not person.confidant:
        return Why.PRIVATE
    if line.asks_skills and not task.needs <= person.skills:
        return Why.SKILLS
    if person.key == task.given_back_by:
        return Why.GAVE_BACK
    if person.key == task.taken_from:
        return Why.RELEASED
    if person.away:
        return Why.AWAY
    if not person.seen:
        return Why.UNSEEN
    return Why.FULL if is_full(person, line) else None


def allot(task: Task, line: Line, people: Mapping[int, Person]) -> Choice:
    """Whom the customer knows goes first where the queue wants it; then the next in the queue's own order."""
    passed: list[tuple[int, Why]] = []
    if line.sticky and task.regular is not None and task.regular in line.staff:
        why = hindrance(people[task.regular], task, line)
        if why is None:
            return Choice(to=task.regular, how=How.STICKY)
        passed.append((task.regular, why))
    if line.mode not in (AssignmentMode.ROUND_ROBIN, AssignmentMode.LEAST_LOADED):
        return Choice(passed=passed)
    for person in _queueing(line, people):
        why = hindrance(person, task, line)
        if why is None:
            return Choice(to=person.key, how=How(line.mode.value), passed=passed[:MOST_PASSED])
        if (person.key, why) not in passed:
            passed.append((person.key, why))
    return Choice(why=_why_nobody(task, line, people))


def allot_all(tasks: Iterable[Task], lines: Mapping[int, Line], people: Mapping[int, Person]) -> dict[int, Choice]:
    """Of each ticket, in the order of its being due. What is in hand and whose turn it was goes on with each choice, so
    that the next one sees it."""
    choices: dict[int, Choice] = {}
    for task in in_order(tasks):
        line = lines[task.line]
        choice = choices[task.key] = allot(task, line, people)
        if choice.to is not None:
            people[choice.to].load += 1
            line.turns[choice.to] = max(line.turns.values(), default=0) + 1
    return choices


def has_room(lines: Iterable[Line], people: Mapping[int, Person]) -> bool:
    """Whether anybody of these queues could take anything at all."""
    return any(people[key].there and not is_full(people[key], line) for line in lines for key in line.staff)


def _queueing(line: Line, people: Mapping[int, Person]) -> list[Person]:
    """Who is next: by turns, whose last turn is longest ago; by load, whose share in hand is smallest."""
    staff = [people[key] for key in line.staff]
    if line.mode == AssignmentMode.ROUND_ROBIN:
        return sorted(staff, key=lambda one: (line.turns.get(one.key, 0), one.key))
    limits = {one.key: limit_of(one, line) for one in staff}
    largest = max((limit for limit in limits.values() if limit), default=1)
    return sorted(staff, key=lambda one: (_share(one, limits[one.key] or largest), line.turns.get(one.key, 0), one.key))


def _share(person: Person, limit: int) -> Fraction:
    """Of what they may have in hand. Who has no limit counts as having the highest of the others."""
    return Fraction(person.load, limit)


def _why_nobody(task: Task, line: Line, people: Mapping[int, Person]) -> Why:
    """What keeps those who come nearest to it."""
    whys = [why for key in line.staff if (why := hindrance(people[key], task, line)) is not None]
    return max(whys, key=_ORDER.index, default=Why.NOBODY)
