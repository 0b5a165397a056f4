"""Tries routing rules on what was said lately, without changing anything: once by the rules in force, once with the
newest versions of some of them, and keeps what would be different, ticket by ticket.

A piece of AT_ONCE tickets is a transaction; how far it is stands in the table, so any worker goes on where another
ended.
"""

import logging
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from kapture.sets import copy_objects
from tickets.bells import answer as answer_bell
from tickets.bells import ring
from tickets.choices import DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, DryRunLine, RoutingRule, RuleVersion, Ticket
from tickets.recalling import Past
from tickets.rulebook import Rulebook, rulebook
from tickets.steering.deciding import Decision, decide
from tickets.steering.facts import Facts, Standing

log = logging.getLogger(__name__)

BELL = "dry_runs"
TASK = "tickets.tasks.dry_runs"
AT_ONCE = 1_000  # tickets
MOST_LINES = 2_000  # that are kept; all are counted
_KEPT_RUNS = 50
_DAY = timedelta(days=1)
_SORTS = {"tag": "tags", "skill": "skills"}
_LASTING = ("queue", "folder", "policy", "priority", "assignee")


@transaction.atomic
def order(rules: Sequence[int], *, days: int, by: User | None, now: datetime) -> DryRun:
    """Of the newest versions of these rules, beside those in force. Raises CannotChange where none says anything."""
    chosen = set(rules)
    newest = {v.rule_id: v.pk for v in RuleVersion.objects.filter(rule__in=chosen).order_by("number")}
    every = list(RoutingRule.objects.order_by("position", "id").values_list("pk", "live_id"))
    live = [[rule, version] for rule, version in every if version is not None]
    draft = [[rule, newest.get(rule, version)] for rule, version in every if newest.get(rule, version) is not None]
    if not newest:
        raise CannotChange("Choose a rule that says something.")
    since = now - timedelta(days=days)
    total = _concerned(since).count()
    dry_run = DryRun.objects.create(
        days=days, rules=sorted(newest), live=live, draft=draft, made_by=by, made_at=now, since=since, total=total
    )
    old = DryRun.objects.order_by("-id").values("pk")[_KEPT_RUNS:]
    DryRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return dry_run


def order_and_ring(rules: Sequence[int], *, days: int, by: User, now: datetime) -> DryRun:
    """For a worker to do."""
    with transaction.atomic():
        dry_run = order(rules, days=days, by=by, now=now)
        ring_for()
    return dry_run


def ring_for() -> None:
    """A worker shall look. Call in the transaction that ordered."""
    ring(BELL, task=TASK)


def rehearse_due(*, clock: Callable[[], datetime], at_most: timedelta) -> None:
    """Go on with what is to do; rings again where time ran out."""
    answer_bell(BELL)
    began = clock()
    while rehearse_some(None, clock=clock):
        if clock() - began >= at_most:
            with transaction.atomic():
                ring(BELL, task=TASK)
            return


@transaction.atomic
def rehearse_some(dry_run: int | None, *, clock: Callable[[], datetime]) -> int:
    """A piece of one dry run, or of the oldest that waits; returns how many tickets, nothing at the end."""
    waiting = DryRun.objects.filter(state__in=(DryRunState.WAITING, DryRunState.RUNNING)).order_by("id")
    waiting = waiting.filter(pk=dry_run) if dry_run is not None else waiting
    run = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if run is None:
        return 0
    try:
        with transaction.atomic():
            count = _go_on(run)
    except Exception as error:  # whatever it is, it would come again with every bell
        log.exception("Dry run %s is given up.", run.pk)
        run = waiting.get(pk=run.pk)
        run.state, run.reason, count = DryRunState.FAILED, type(error).__name__, 0
    if run.state != DryRunState.RUNNING:
        run.ended_at = clock()
    run.save()
    return count or 1


def _go_on(run: DryRun) -> int:
    tickets = list(_concerned(run.since).filter(pk__gt=run.cursor).order_by("pk")[:AT_ONCE])
    if tickets:
        _go_through(run, tickets)
        run.cursor = tickets[-1].pk
    run.total = max(run.total, run.done)
    run.state = DryRunState.DONE if len(tickets) < AT_ONCE else DryRunState.RUNNING
    return len(tickets)


def _concerned(since: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(last_inbound_at__gte=since)


@dataclass(slots=True)
class _Stage:
    """Where a ticket is by one of the two rulebooks, after so many of its messages."""

    standing: Standing
    by: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    taken: dict[int, list[datetime]] = field(default_factory=dict)

    def take(self, decision: Decision, *, at: datetime, later: bool) -> None:
        self.standing = decision.standing
        for name, rule in decision.decided_by.items():
            self.by[_SORTS.get(name.partition(":")[0], name)] = rule.name
        for rule, text in decision.notes:
            self.notes.append(text)
            self.by["notes"] = rule.name
        for person, rule in decision.notified.items():
            self.told += [person] if person not in self.told else []
            self.by["notified"] = rule.name
        for rule in decision.took_hold if later else ():
            self.taken.setdefault(rule.key, []).append(at)

    def times(self, at: datetime) -> dict[int, int]:
        return {rule: len(moments) - bisect_left(moments, at - _DAY) for rule, moments in self.taken.items()}

    def shown(self) -> dict[str, Any]:
        told: dict[str, Any] = {name: getattr(self.standing, name) for name in _LASTING}
        told["priority"] = self.standing.priority.value
        told |= {"tags": sorted(self.standing.tags), "skills": sorted(self.standing.skills)}
        told |= {"ignored": self.standing.ignored}
        return told | {"notes": self.notes, "notified": self.told}


def _go_through(run: DryRun, tickets: Sequence[Ticket]) -> None:
    """Nine statements at the most, whatever the number of rules."""
    books = [_book(run.live), _book(run.draft)]
    asked = books[0].asked | books[1].asked
    past = Past.of(tickets, since=run.since, asked=asked, later=any(book.on_later for book in books))
    lines = []
    for ticket in tickets:
        stages = [_Stage(past.beginning(ticket, since=run.since)) for _ in books]
        for number, heard in enumerate(past.said.get(ticket.pk, ())):
            new = number == 0 and ticket.opened_at >= run.since
            facts = past.facts(heard, ticket, new_ticket=new)
            for stage, book in zip(stages, books, strict=True):
                _play(stage, book, facts, ticket, past.kept(ticket, heard.said_at))
            run.messages += 1
        live, draft = (stage.shown() for stage in stages)
        changes = {
            name: [live[name], draft[name], stages[1].by.get(name) or stages[0].by.get(name, "")]
            for name in live
            if live[name] != draft[name]
        }
        if changes:
            lines.append(DryRunLine(dry_run=run, ticket=ticket, changes=changes))
    room = max(0, MOST_LINES - run.changed)
    copy_objects(lines[:room])
    run.changed += len(lines)
    run.done += len(tickets)


def _play(stage: _Stage, book: Rulebook, facts: Facts, ticket: Ticket, kept: Collection[str]) -> None:
    later = not facts.new_ticket
    if not book.rules or (later and not book.on_later):
        return
    taken = stage.times(facts.said_at) if later else {}
    decision = decide(book.rules, facts, stage.standing, kept=kept if later else (), taken=taken, explain=False)
    stage.take(book.allowed(decision, private=ticket.private), at=facts.said_at, later=later)


def _book(pairs: Iterable[Sequence[int]]) -> Rulebook:
    """Versions never change, so it is the same book in every piece."""
    versions = RuleVersion.objects.select_related("rule").in_bulk([version for _, version in pairs])
    found = [versions[version] for _, version in pairs if version in versions]
    return rulebook((version.rule, version) for version in found)
