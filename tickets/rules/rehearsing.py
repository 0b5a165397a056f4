"""Tries routing rules on what was said lately, without changing anything: once by the rules in force, once with the
newest versions of some of them, and keeps what would be different, ticket by ticket.

A piece of AT_ONCE tickets is a transaction; how far it is stands in the table, so any worker goes on where another
ended.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kapture.sets import copy_objects
from tickets.bells import ring, work_off
from tickets.choices import Direction, DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, DryRunLine, RoutingRule, RuleVersion, Ticket
from tickets.permissions import visible_messages, visible_tickets
from tickets.rules.deciding import Decision, decide
from tickets.rules.facts import Facts
from tickets.rules.recalling import Past
from tickets.rules.rulebook import Rulebook, rulebook
from tickets.rules.rulings import log_of
from tickets.rules.stages import Stage, differences, rules_of

log = logging.getLogger(__name__)

BELL = "dry_runs"
TASK = "tickets.tasks.dry_runs"
AT_ONCE = 1_000  # tickets
MOST_LINES = 2_000  # that are kept; all are counted
_KEPT_RUNS = 50
# A message, what a person had chosen by then, whether it found the ticket resolved, and when that was answered last.
_Said = tuple[Facts, Collection[str], bool, datetime | None]


@transaction.atomic
def order(rules: Sequence[int], *, days: int, by: User | None, now: datetime) -> DryRun:
    """Of the newest versions of these rules, beside those in force, on the tickets that who orders it may see. Raises
    CannotChange where none says anything."""
    chosen = set(rules)
    newest = {v.rule_id: v.pk for v in RuleVersion.objects.filter(rule__in=chosen).order_by("number")}
    every = list(RoutingRule.objects.order_by("position", "id").values_list("pk", "live_id"))
    live = [[rule, version] for rule, version in every if version is not None]
    draft = [[rule, newest.get(rule, version)] for rule, version in every if newest.get(rule, version) is not None]
    if not newest:
        raise CannotChange(_("Choose a rule that says something."))
    since = now - timedelta(days=days)
    total = _concerned(since, by).count()
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
    work_off(BELL, task=TASK, some=lambda: rehearse_some(None, clock=clock), clock=clock, at_most=at_most)


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
    tickets = list(_concerned(run.since, run.made_by).filter(pk__gt=run.cursor).order_by("pk")[:AT_ONCE])
    if tickets:
        _go_through(run, tickets)
        run.cursor = tickets[-1].pk
    run.total = max(run.total, run.done)
    run.state = DryRunState.DONE if len(tickets) < AT_ONCE else DryRunState.RUNNING
    return len(tickets)


def _concerned(since: datetime, by: User | None) -> QuerySet[Ticket]:
    """What nobody may see who asks is not counted either: rules ask for words."""
    every = Ticket.objects.all() if by is None else visible_tickets(by)
    return every.filter(last_inbound_at__gte=since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Of a dry run what one reader may see: tickets to go through and gone through, and what was said on these."""

    total: int
    done: int
    messages: int


def gone_through(run: DryRun, *, by: User) -> Gone:
    """Counted anew, of what was there when the run ended. Two statements."""
    here = _concerned(run.since, run.made_by).filter(pk__in=visible_tickets(by).values("pk"))
    said = visible_messages(by).filter(direction=Direction.IN, identity__isnull=False, sent_at__gte=run.since)
    if run.ended_at is not None:
        here, said = here.filter(created_at__lte=run.ended_at), said.filter(received_at__lte=run.ended_at)
    over = Q(pk__lte=run.cursor)
    told = here.aggregate(total=Count("pk"), done=Count("pk", filter=over))
    total = told["done"] if run.state == DryRunState.DONE else told["total"]
    return Gone(total=total, done=told["done"], messages=said.filter(ticket__in=here.filter(over)).count())


def _go_through(run: DryRun, tickets: Sequence[Ticket]) -> None:
    """Twelve statements at the most, whatever the number of rules."""
    books = [_book(run, run.live), _book(run, run.draft)]
    asked = books[0].asked | books[1].asked
    later, leaves = any(book.on_later for book in books), any(book.leaves for book in books)
    past = Past.of(tickets, since=run.since, asked=asked, later=later, leaves=leaves)
    room = max(0, MOST_LINES - run.changed)
    lines: list[DryRunLine] = []
    for ticket in tickets:
        said = list(_said(past, ticket, since=run.since))
        live, draft = (_played(book, past, ticket, said, since=run.since) for book in books)
        run.messages += len(said)
        if changes := differences(live, draft):
            run.changed += 1
            if len(lines) < room:
                rules = rules_of(changes, live, draft)
                why = _why(books[1], past, ticket, said, rules, since=run.since)
                lines.append(DryRunLine(dry_run=run, ticket=ticket, changes=changes, why=why))
    copy_objects(lines)
    run.done += len(tickets)


def _said(past: Past, ticket: Ticket, *, since: datetime) -> Iterable[_Said]:
    for number, heard in enumerate(past.said.get(ticket.pk, ())):
        new = number == 0 and ticket.opened_at >= since
        resolved = id(heard) in past.found_resolved
        facts, answered_at = past.facts(heard, ticket, new_ticket=new), past.answered_at(ticket.pk, heard.said_at)
        yield facts, past.kept(ticket, heard.said_at), resolved, answered_at


def _played(book: Rulebook, past: Past, ticket: Ticket, said: Iterable[_Said], *, since: datetime) -> Stage:
    stage = Stage(past.beginning(ticket, since=since), asked_at=past.asked.get(ticket.pk))
    for one in said:
        _play(stage, book, one, ticket, explain=False)
    return stage


def _why(
    book: Rulebook, past: Past, ticket: Ticket, said: Iterable[_Said], rules: Collection[str], *, since: datetime
) -> list[dict[str, Any]]:
    """What these rules found where they held, or what failed them, as the log of a ticket keeps it."""
    stage = Stage(past.beginning(ticket, since=since), asked_at=past.asked.get(ticket.pk))
    steps: dict[str, dict[str, Any]] = {}
    for one in said:
        decision = _play(stage, book, one, ticket, explain=True)
        for step in log_of(decision) if decision is not None else ():
            if step["name"] in rules and not steps.get(step["name"], {}).get("held"):
                steps[step["name"]] = step
    return list(steps.values())


def _play(stage: Stage, book: Rulebook, said: _Said, ticket: Ticket, *, explain: bool) -> Decision | None:
    facts, kept, resolved, answered_at = said
    later = not facts.new_ticket
    stage.finds(at=facts.said_at, resolved=resolved, answered_at=answered_at)
    if not book.rules or (later and not book.on_later):
        return None
    taken, kept = (stage.times(facts.said_at), kept) if later else ({}, ())
    able = book.able(private=ticket.private)
    decision = decide(book.rules, facts, stage.standing, kept=kept, taken=taken, able=able, explain=explain)
    stage.take(decision, at=facts.said_at, later=later)
    return decision


def _book(run: DryRun, pairs: Sequence[Sequence[int]]) -> Rulebook:
    """Versions never change, so it is the same book in every piece, but for rules deleted meanwhile: it is said."""
    versions = RuleVersion.objects.select_related("rule").in_bulk([version for _, version in pairs])
    found = [versions[version] for _, version in pairs if version in versions]
    if len(found) < len(pairs):
        run.reason = _("a rule was deleted meanwhile, and is left out from then on")
    return rulebook((version.rule, version) for version in found)
