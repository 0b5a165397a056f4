"""What happened on tickets since a gesture that is undone, told to each of them in the order in which it happened: as
it would have been without the gesture."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tickets import sla
from tickets.choices import SendState, Status, StatusCategory
from tickets.clocks import load_books, load_targets, promise_anew, save_books
from tickets.lifecycle import note_answer, turn
from tickets.models import Activity, Gesture, Message, OutboxEntry, PolicyRun, Ticket, Trace
from tickets.promises.asked import answers_in_private, public_of
from tickets.promises.book import next_step
from tickets.regrouping.journal import save_tickets
from tickets.regrouping.recounting import fail, hear, recount
from tickets.resting.reopening import stand_again
from tickets.resting.under_way import resolved_since

# Where a line of history says which priority somebody, or a rule, gave.
_PRIORITY = {"ticket.priority": "after", "ticket.ruled": "priority"}
_STEP = "clock.step"
# What a line says that takes a resolution back which was none (tickets/resting/reopening.py).
_NONE = {"unsent", "taken_back"}
_VERBS = ("ticket.status", "reply.cancelled", _STEP, *_PRIORITY)


@dataclass(frozen=True, slots=True)
class _Private:
    """What was said in private to what was asked on this public ticket."""

    public: int
    message: Message


_Happened = Message | _Private | Activity | PolicyRun


def lines_since(gesture: Gesture, traces: Sequence[Trace]) -> list[Activity]:
    """What was done with these tickets since, in order; their messages are where they belong. One statement, and one
    more where an answer did not go out."""
    pks = [trace.ticket_id for trace in traces]
    done = Activity.objects.filter(ticket__in=pks, verb__in=_VERBS, at__gt=gesture.at)
    lines = list(done.select_related("actor").order_by("at", "id"))
    if not any(line.verb == "ticket.status" and "unsent" in line.data for line in lines):
        return lines
    failed = OutboxEntry.objects.filter(state=SendState.FAILED, settled_at__gt=gesture.at)
    told = failed.values_list("message__ticket", "message__asked_on", public_of("message__"))
    # What was asked on one of these is not asked any more where that was brought.
    theirs = {pk for on, asked, by_now in told for pk in (on, asked if asked in pks else by_now)}
    return [line for line in lines if "unsent" not in line.data or line.ticket_id in theirs]


def priority_of(line: Activity) -> str | None:
    """Which one it says the ticket was given by somebody, and has from then on."""
    given: str | None = line.data.get(_PRIORITY.get(line.verb, ""))
    return given


def raised_by_clock(line: Activity) -> str | None:
    """The same of a step of a promise."""
    raised: str | None = line.data.get("raised_to") if line.verb == _STEP else None
    return raised


def replay(
    gesture: Gesture,
    held: Mapping[int, Ticket],
    traces: Sequence[Trace],
    lines: Sequence[Activity],
    *,
    chosen: Mapping[int, str],
    now: datetime,
) -> None:
    """`chosen`: of those whose priority was changed since, what it is now. It changes again when it was changed: what
    was judged before that stays as it was judged. A fixed number of statements."""
    pks = [trace.ticket_id for trace in traces]
    new = Q(pk__gt=gesture.latest) | Q(outbox__settled_at__gt=gesture.at)
    heard = list(Message.objects.filter(new, ticket__in=pks).select_related("outbox"))
    apart = _said_in_private(gesture, pks)
    runs = _runs_since(gesture, [held[pk] for pk in pks])
    touched = {message.ticket_id for message in heard} | {line.ticket_id for line in lines} | chosen.keys()
    touched |= {one.public for one in apart}
    if runs or any(line.verb == "reply.cancelled" for line in lines):
        touched |= set(pks)
    tickets = [held[pk] for pk in pks if pk in touched]
    if not tickets:
        return
    for trace in traces:
        if trace.ticket_id in chosen:
            held[trace.ticket_id].priority = trace.before["ticket"]["priority"]
    story = _Story(gesture, held, tickets, chosen)
    written = [one.outbox.created_at for one in (*heard, *(one.message for one in apart)) if hasattr(one, "outbox")]
    story.under_way = resolved_since([ticket.pk for ticket in tickets], min(written)) if written else {}
    for _at, happened in sorted(_in_order(heard, apart, lines, runs), key=lambda one: one[0]):
        story.tell(happened)
    story.end(now)
    recount(tickets)
    save_books((ticket, story.books[ticket.pk]) for ticket in tickets)
    save_tickets(tickets)


def _said_in_private(gesture: Gesture, pks: Sequence[int]) -> list[_Private]:
    """What answered in private, or was to answer, what was asked on them in public, and went out or failed since. What
    was asked on a ticket that the gesture opened was asked on the other one. One statement."""
    rows = answers_in_private({*pks, gesture.home_id}).filter(outbox__settled_at__gt=gesture.at)
    told = rows.select_related("outbox").annotate(public=public_of())
    return [_Private(one.public if one.public in pks else pks[0], one) for one in told]


def _runs_since(gesture: Gesture, tickets: Iterable[Ticket]) -> list[PolicyRun]:
    """Changed policies of theirs that were put on running promises: each would have had them. One statement."""
    policies = {ticket.sla_policy_id for ticket in tickets}
    return list(PolicyRun.objects.filter(policy__in=policies - {None}, ended_at__gt=gesture.at))


def _in_order(
    heard: Iterable[Message], apart: Iterable[_Private], lines: Iterable[Activity], runs: Iterable[PolicyRun]
) -> list[tuple[datetime, _Happened]]:
    said: list[tuple[datetime, _Happened]] = [(message.sent_at, message) for message in heard]
    done: list[tuple[datetime, _Happened]] = [(line.at, line) for line in lines]
    said += [(one.message.sent_at, one) for one in apart]
    return said + done + [(run.ended_at or run.at, run) for run in runs]


class _Story:
    def __init__(
        self, gesture: Gesture, held: Mapping[int, Ticket], tickets: Sequence[Ticket], chosen: Mapping[int, str]
    ) -> None:
        self.gesture, self.held, self.chosen = gesture, held, chosen
        self.targets = load_targets()
        self.books = load_books(tickets, self.targets)
        self.while_done: dict[int, datetime] = {}  # when they got another priority
        self.resolved: dict[int, list[datetime]] = defaultdict(list)
        self.under_way: Mapping[int, Sequence[datetime]] = {}  # when they were resolved since the first of the answers
        self.raised: set[int] = set()  # by steps

    def tell(self, happened: _Happened) -> None:
        if isinstance(happened, PolicyRun):
            self._put_on_all(happened.policy_id, happened.ended_at or happened.at)
            return
        if isinstance(happened, _Private):
            self._answer(self.held[happened.public], happened.message.outbox, at=happened.message.sent_at)
            return
        ticket = self.held[happened.ticket_id or 0]
        if isinstance(happened, Activity):
            self._note(ticket, happened)
        elif happened.pk > self.gesture.latest or happened.outbox.state == SendState.SENT:
            entry = getattr(happened, "outbox", None)
            hear(ticket, self.books[ticket.pk], happened, resolved=self._while_under_way(ticket, entry))
        elif happened.outbox.state == SendState.FAILED:
            fail(ticket, self.books[ticket.pk], at=happened.outbox.settled_at or happened.sent_at)

    def _answer(self, ticket: Ticket, entry: OutboxEntry, *, at: datetime) -> None:
        """It went out in private, or did not: then the ticket waits for the customer no more, unless nothing is asked
        there."""
        book = self.books[ticket.pk]
        if entry.state == SendState.SENT:
            note_answer(ticket, book, at=at, resolved=self._while_under_way(ticket, entry))
        elif entry.state == SendState.FAILED and (book.asked or book.answered_at is None):
            fail(ticket, book, at=entry.settled_at or at)

    def _while_under_way(self, ticket: Ticket, entry: OutboxEntry | None) -> list[datetime]:
        return [at for at in self.under_way.get(ticket.pk, ()) if entry is not None and entry.created_at <= at]

    def _note(self, ticket: Ticket, line: Activity) -> None:
        if line.verb == "ticket.status" and line.data["after"] != ticket.status:
            self._turn(ticket, line)
        elif line.verb == "reply.cancelled" and ticket.status == Status.NEW:
            if line.data["message"] > self.gesture.latest:  # else it was written elsewhere
                ticket.status = Status.OPEN  # somebody has looked at it
        elif line.verb == _STEP:
            self._step(ticket, line)
        if (priority := priority_of(line)) and ticket.pk in self.chosen:
            self._give(ticket, priority, line.at)

    def _turn(self, ticket: Ticket, line: Activity) -> None:
        """By somebody; or it was resolved with an answer that was taken back or not sent, and so was not resolved."""
        book, after = self.books[ticket.pk], Status(line.data["after"])
        anew = self.while_done.pop(ticket.pk, None)
        if ticket.status == Status.RESOLVED and line.data.keys() & _NONE:
            stand_again(ticket, book, after, self.resolved[ticket.pk], anew=anew, now=line.at)
        else:
            by = line.actor.pk if line.actor is not None else None  # who was deleted since holds nothing up
            turn(ticket, book, after, at=line.at, anew=anew, reason=line.data.get("reason", ""), by=by)
        if after == Status.RESOLVED:
            self.resolved[ticket.pk].append(line.at)

    def _step(self, ticket: Ticket, line: Activity) -> None:
        """Taken, if a promise of this ticket's own had come to it; another's step is still to come there."""
        book, raised = self.books[ticket.pk], raised_by_clock(line)
        if raised:
            self.raised.add(ticket.pk)
        for clock in [one for one in book.clocks if one.metric == line.data["metric"]]:
            moment = next_step(book, clock)
            if moment is not None and moment <= line.at:
                clock.reached, clock.changed = line.data["share"], True
                if raised:
                    self._give(ticket, raised, line.at)

    def _put_on_all(self, policy: int, at: datetime) -> None:
        for pk, book in self.books.items():
            if self.held[pk].sla_policy_id == policy:
                sla.retarget(book, at=at, anew=True)

    def _give(self, ticket: Ticket, priority: str, at: datetime) -> None:
        ticket.priority = priority
        promise_anew(ticket, self.books[ticket.pk], self.targets, at=at)
        if ticket.category == StatusCategory.DONE:
            self.while_done[ticket.pk] = at

    def end(self, now: datetime) -> None:
        """As it is now, whatever the history tells of it; but for what the promise of another ticket raised it to."""
        for pk, priority in self.chosen.items():
            if pk not in self.raised and self.held[pk].priority != priority:
                self._give(self.held[pk], priority, now)
