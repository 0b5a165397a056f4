"""Which steps of running promises are due, and what they do to a ticket and its book in memory; nothing is written.

`escalating` writes it down; `repromising` looks ahead with it. In words: docs/rules.md, "What happens when time
runs out".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.choices import Priority
from tickets.clocks import Targets, load_targets, promise_anew
from tickets.models import EscalationStep, Ticket
from tickets.promises.book import WHOLE, Book, Clock, next_share, next_step

Steps = Mapping[tuple[int, str, int], EscalationStep]  # (policy, metric or nothing, share)
Line = dict[str, Any]  # of the history: what was done about one promise


@dataclass(frozen=True, slots=True)
class Round:
    now: datetime
    steps: Steps
    targets: Targets


def begin_round(now: datetime, targets: Targets | None = None) -> Round:
    """Two statements for the steps, and those of the targets where they are not at hand."""
    rows = EscalationStep.objects.prefetch_related("notify")
    steps = {(step.policy_id, step.metric, step.share): step for step in rows}
    return Round(now, steps, load_targets() if targets is None else targets)


def take_steps(ticket: Ticket, book: Book, told: Round) -> list[Line]:
    """Every step whose moment has come; what one promise's do together is one line, called by the last of them.

    A raised priority brings its own targets, and with them perhaps more steps: it is raised a few times at most.
    """
    lines: dict[str, Line] = {}
    raised = True
    while raised:
        before = ticket.priority
        for clock in [one for one in book.clocks if one.ended_at is None]:
            _take_of(ticket, book, clock, told, lines)
        raised = ticket.priority != before
        if raised:
            promise_anew(ticket, book, told.targets, at=told.now)
    return list(lines.values())


def _take_of(ticket: Ticket, book: Book, clock: Clock, told: Round, lines: dict[str, Line]) -> None:
    """Also where none is left, since the policy was changed: its next moment is stored anew."""
    clock.changed = True
    while (moment := next_step(book, clock)) is not None and moment <= told.now:
        late_before = {"late_before": True} if clock.reached >= WHOLE else {}  # so that is told already
        line = lines.setdefault(clock.metric, {"metric": clock.metric} | late_before)
        clock.reached = next_share(book, clock) or clock.reached
        line["share"] = clock.reached
        for metric in ("", clock.metric):  # what is said of this promise wins
            step = told.steps.get((ticket.sla_policy_id or 0, metric, clock.reached))
            if step is not None:
                raises = _promises_all(book, step.priority, ticket, told.targets)
                _add(line, _apply(step, ticket, raises=raises))


def _add(line: Line, done: Line) -> None:
    if "raised_from" in line and "raised_from" in done:
        done["raised_from"] = line["raised_from"]
    if "notified" in line and "notified" in done:
        done["notified"] = sorted({*line["notified"], *done["notified"]})
    line.update(done)


def _promises_all(book: Book, priority: str, ticket: Ticket, targets: Targets) -> bool:
    """Whether the policy promises at that priority whatever is running: else the raise would end what it is to save."""
    promised = targets.get((ticket.sla_policy_id or 0, priority))
    running = {clock.metric for clock in book.clocks if clock.ended_at is None}
    return promised is not None and running <= promised.minutes.keys()


def _apply(step: EscalationStep, ticket: Ticket, *, raises: bool) -> Line:
    """Priority is raised, never lowered."""
    done: Line = {}
    order = list(Priority)
    if raises and order.index(Priority(step.priority)) > order.index(Priority(ticket.priority)):
        done |= {"raised_from": ticket.priority, "raised_to": step.priority}
        ticket.priority = step.priority
    if step.queue_id and step.queue_id != ticket.queue_id:
        done["queue"] = step.queue_id
        ticket.queue_id = step.queue_id
    return done | _to_tell(step)


def _to_tell(step: EscalationStep) -> Line:
    """Whom tickets/notices/whom.py finds for it; who has the ticket and who leads is looked for when they are told."""
    told = {name: True for name in ("tell_assignee", "tell_leads") if getattr(step, name)}
    people = sorted(person.pk for person in step.notify.all())
    return told | ({"notified": people} if people else {})
