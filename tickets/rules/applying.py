"""Has routing rules decide about the messages of a batch, and writes what follows: set-wise, for filing alone.

Rules are read once a batch, facts once for each sort that is asked for. What a rule says of the ticket itself (queue,
priority …) is put on it by filing; here are the rest: tags, skills, notes, what the history says, and the log.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kapture.sets import copy_objects, copy_rows, insert_missing, update_rows
from tickets.choices import Direction, MessageKind, Priority, Status, Visibility
from tickets.finding.entries import index
from tickets.models import Activity, Message, RuleRun, Skill, Tag, Ticket
from tickets.routing import Route
from tickets.rules.deciding import Decision, decide
from tickets.rules.evidence import CHOICES, Evidence, Heard, find_evidence
from tickets.rules.facts import Standing
from tickets.rules.resting import Rests, find_rests
from tickets.rules.rulebook import Rulebook, live_rulebook
from tickets.rules.rulings import log_of, told_by
from tickets.rules.sensing import SENSES

_DAY = timedelta(days=1)
_COLUMNS = ("id", "queue", "folder", "sla_policy", "priority", "assignee")


@dataclass(slots=True)
class _Ruled:
    """One message the rules were gone through for; `message()` has a key once it is stored."""

    ref: Any
    message: Callable[[], Message | None]
    decision: Decision
    later: bool


@dataclass(slots=True)
class Steering:
    now: datetime
    book: Rulebook = field(default_factory=Rulebook)
    evidence: Evidence = field(default_factory=Evidence)
    kept: dict[Any, set[str]] = field(default_factory=dict)  # ticket → what a person chose
    taken: dict[Any, dict[int, int]] = field(default_factory=dict)  # ticket → rule → times today
    tags: dict[Any, set[str]] = field(default_factory=dict)
    skills: dict[Any, set[int]] = field(default_factory=dict)
    ruled: list[_Ruled] = field(default_factory=list)
    rests: Rests = field(default_factory=Rests)

    def prepare(self, heard: Sequence[Heard], stored: Iterable[int]) -> None:
        """Read the rules in force and what they ask for; four statements more where any looks at later messages,
        and one where any leaves tickets resolved."""
        if not heard:
            return
        self.book = live_rulebook()
        if not self.book.rules:
            return
        self.evidence = find_evidence(heard, asked=self.book.asked, senses=SENSES)
        tickets = list(stored)
        if self.book.on_later and tickets:
            self._load_past(tickets)
        if self.book.leaves and tickets:
            self.rests = find_rests(tickets)

    def begin(self, heard: Heard, chosen: Route, *, follow_up: bool) -> Decision:
        """A new ticket: where the account would have it, and where the rules want it."""
        standing = Standing(queue=chosen.queue, folder=chosen.folder, policy=chosen.policy, priority=chosen.priority)
        if not self.book.rules or heard.kind == MessageKind.REACTION:
            return Decision(standing=standing)
        facts = self.evidence.facts(heard, new_ticket=True, follow_up=follow_up)
        return decide(self.book.rules, facts, standing, able=self.book.able(private=heard.private))

    def go_on(self, heard: Heard, ticket: Ticket, ref: Any, *, unanswered: Callable[[], bool]) -> Decision | None:
        """A customer goes on with a ticket there is, which is not reopened yet. `unanswered`: whether what they said
        before is. None where no rule looks at that."""
        if not self.book.on_later:
            return None
        resolved = ticket.status == Status.RESOLVED or self.rests.at(ticket.pk, heard.said_at)
        standing = Standing(
            queue=ticket.queue_id,
            folder=ticket.folder_id,
            policy=ticket.sla_policy_id,
            priority=Priority(ticket.priority),
            assignee=ticket.assignee_id,
            tags=frozenset(self.tags.get(ref, ())),
            skills=frozenset(self.skills.get(ref, ())),
            resolved=resolved,
            unanswered=self.book.leaves and resolved and unanswered(),
        )
        kept = set(self.kept.get(ref, ()))
        untouched = ticket.status == Status.NEW and ticket.assignee_id is None and ticket.last_outbound_at is None
        if not untouched:
            kept.add("ignored")
        facts = self.evidence.facts(heard, new_ticket=False, follow_up=False)
        taken = self.taken.setdefault(ref, {})
        able = self.book.able(private=ticket.private)
        decision = decide(self.book.rules, facts, standing, kept=kept, taken=taken, able=able)
        for rule in decision.acted:
            taken[rule.key] = taken.get(rule.key, 0) + 1
        return decision

    def remember(self, ref: Any, decision: Decision, message: Callable[[], Message | None], *, later: bool) -> None:
        """For the log; of later messages only those at which something came of it."""
        self.tags[ref], self.skills[ref] = set(decision.standing.tags), set(decision.standing.skills)
        if decision.steps and (not later or any(step.verdict.holds for step in decision.steps)):
            self.ruled.append(_Ruled(ref, message, decision, later))

    def save(self, ticket_of: Callable[[Any], Ticket]) -> None:
        """Of what was remembered: at most nine statements."""
        if not self.ruled:
            return
        columns = ["ticket", "message", "at", "later", "steps", "acted"]
        rows = [[ticket_of(r.ref).pk, _key(r.message()), self.now, r.later, *_logged(r)] for r in self.ruled]
        copy_rows(RuleRun, columns, rows)
        moved = {ticket_of(r.ref).pk: ticket_of(r.ref) for r in self.ruled if r.later and r.decision.decided_by}
        values = [[t.pk, t.queue_id, t.folder_id, t.sla_policy_id, t.priority, t.assignee_id] for t in moved.values()]
        update_rows(Ticket, _COLUMNS, values)
        self._write_tags(ticket_of)
        self._write_skills(ticket_of)
        self._write_notes(ticket_of)

    def _load_past(self, tickets: Sequence[int]) -> None:
        chosen = Activity.objects.filter(ticket__in=tickets, actor__isnull=False, verb__in=CHOICES)
        for ticket, verb in chosen.order_by().values_list("ticket_id", "verb").distinct():
            self.kept.setdefault(ticket, set()).add(CHOICES[verb])
        runs = RuleRun.objects.filter(ticket__in=tickets, at__gt=self.now - _DAY, later=True)
        for ticket, acted in runs.order_by().values_list("ticket_id", "acted"):
            counts = self.taken.setdefault(ticket, {})
            for rule in acted:
                counts[rule] = counts.get(rule, 0) + 1
        for ticket, skill in Skill.objects.filter(tickets__in=tickets).order_by().values_list("tickets", "pk"):
            self.skills.setdefault(ticket, set()).add(skill)
        for ticket, tag in Tag.objects.filter(tickets__in=tickets).order_by().values_list("tickets", "name"):
            self.tags.setdefault(ticket, set()).add(tag)

    def _write_tags(self, ticket_of: Callable[[Any], Ticket]) -> None:
        wanted = {
            (ticket_of(one.ref).pk, name.removeprefix("tag:"))
            for one in self.ruled
            for name in one.decision.decided_by
            if name.startswith("tag:")
        }
        if not wanted:
            return
        names = sorted({tag for _, tag in wanted})
        insert_missing(Tag, ["name"], [[name] for name in names], returning=["id"])
        keys = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
        rows = [[ticket, keys[tag]] for ticket, tag in sorted(wanted)]
        insert_missing(Ticket.tags.through, ["ticket", "tag"], rows, returning=["id"])

    def _write_skills(self, ticket_of: Callable[[Any], Ticket]) -> None:
        """What a rule names and is there no more asks for nothing."""
        wanted = {
            (ticket_of(one.ref).pk, int(name.removeprefix("skill:")))
            for one in self.ruled
            for name in one.decision.decided_by
            if name.startswith("skill:")
        }
        if wanted:
            there = set(Skill.objects.filter(pk__in={skill for _, skill in wanted}).values_list("pk", flat=True))
            rows = sorted(pair for pair in wanted if pair[1] in there)
            insert_missing(Ticket.skills.through, ["ticket", "skill"], rows, returning=["id"])

    def _write_notes(self, ticket_of: Callable[[Any], Ticket]) -> None:
        notes = []
        for one in self.ruled:
            ticket = ticket_of(one.ref)
            notes += [_note(ticket, text, self.now) for _, text in one.decision.notes]
        copy_objects(notes)
        index(notes)


def lines_of(decision: Decision) -> list[dict[str, Any]]:
    """What the history says: a line for each rule by which anything was changed, written or told."""
    return [told for rule in decision.took_hold if (told := told_by(rule, decision))]


def _logged(one: _Ruled) -> tuple[list[dict[str, Any]], list[int]]:
    return log_of(one.decision), [rule.key for rule in one.decision.acted]


def _key(message: Message | None) -> int | None:
    return message.pk if message is not None else None


def _note(ticket: Ticket, text: str, now: datetime) -> Message:
    return Message(
        ticket=ticket,
        address_id=ticket.address_id,
        kind=MessageKind.NOTE,
        direction=Direction.INTERNAL,
        visibility=Visibility.INTERNAL,
        text=text,
        sent_at=now,
        received_at=now,
    )
