"""Keeps how tickets stood before and after a gesture, and puts them back. Which ticket a message goes to is decided by
those who call (merging, splitting, unmerging); rows are written here, set-wise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet, Subquery

from kapture.sets import copy_rows, insert_missing, update_rows
from tickets.choices import UNSETTLED_STATES, DraftMode, HandOffOutcome, SendState
from tickets.models import (
    ChecklistItem,
    Draft,
    Gesture,
    HandOff,
    Message,
    OutboxEntry,
    SlaClock,
    SlaPause,
    Ticket,
    Trace,
    Watch,
)
from tickets.receiving.candidates import lock_tickets
from tickets.receiving.turns import take_turns

# What somebody decides; what follows from what was said on it; and what says that it was emptied.
DECIDED = (
    "priority",
    "assignee_id",
    "folder_id",
    "snoozed_at",
    "snoozed_until",
    "snoozed_by_id",
    "snooze_reason",
    "part_of_id",
)
FOLLOWS = (
    "opened_at",
    "last_message_at",
    "last_inbound_at",
    "last_outbound_at",
    "last_text",
    "last_by_us",
    "message_count",
    "next_due_at",
    "next_due_metric",
    "status",
    "resolved_at",
    "merged_at",
    "merged_into_id",
)
COLUMNS = (*DECIDED, *FOLLOWS)
# No words: what is taken back on its channel would stay here. They are told from the messages again.
_KEPT = tuple(name for name in COLUMNS if name != "last_text")
_NAMES = ("id", *(name.removesuffix("_id") for name in COLUMNS))
State = dict[str, Any]  # of one ticket, as a Trace keeps it
_WAITING = (*UNSETTLED_STATES, SendState.FAILED)


@dataclass(frozen=True, slots=True)
class Left:
    """What was brought from one ticket to another, by key."""

    messages: Mapping[int, Sequence[int]]
    drafts: Mapping[int, Sequence[int]]
    hand_offs: Mapping[int, Sequence[int]]
    items: Mapping[int, Sequence[int]]  # of checklists
    brought: Mapping[int, Sequence[int]]  # tickets that had been emptied into these before

    def of(self, pk: int) -> State:
        kept = {"messages": self.messages, "drafts": self.drafts, "hand_offs": self.hand_offs, "brought": self.brought}
        kept["items"] = self.items
        return {name: list(found.get(pk, ())) for name, found in kept.items()}


def hold(pks: Collection[int]) -> dict[int, Ticket]:
    """These tickets and what is to go out on them, locked in the order in which everybody takes them: nobody files at
    their addresses, and what is being sent is settled before or after. Five statements."""
    take_turns(Ticket.objects.filter(pk__in=pks).values_list("address_id", flat=True))
    waiting = OutboxEntry.objects.filter(message__ticket__in=pks, state__in=_WAITING).order_by("pk")
    list(waiting.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    return lock_tickets(pks)


def look_at(tickets: Mapping[int, Ticket]) -> dict[int, State]:
    """How they stand, as JSON holds it, without a word that was said. Five statements, however many."""
    states: dict[int, State] = {
        pk: {name: _plain(getattr(ticket, name)) for name in _KEPT} for pk, ticket in tickets.items()
    }
    clocks, pauses, tags = _rows_of(SlaClock, tickets), _rows_of(SlaPause, tickets), tags_of(tickets)
    skills = skills_of(tickets)
    watchers = watchers_of(tickets)
    for pk in states:
        states[pk] = {"ticket": states[pk], "clocks": clocks[pk], "pauses": pauses[pk]}
        states[pk] |= {"tags": sorted(tags[pk]), "skills": sorted(skills[pk])}
        states[pk]["watchers"] = sorted(watchers[pk])
    return states


def tags_of(tickets: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ticket, tag in Ticket.tags.through.objects.filter(ticket__in=list(tickets)).values_list("ticket_id", "tag_id"):
        found[ticket].add(tag)
    return found


def watchers_of(tickets: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ticket, person in Watch.objects.filter(ticket__in=list(tickets)).order_by().values_list("ticket_id", "person"):
        found[ticket].add(person)
    return found


def bring_watchers(pks: Collection[int], home: int) -> None:
    """Who watched any of these watches where everything is, too. Two statements at most."""
    rows = Watch.objects.filter(ticket__in=pks).order_by("at", "pk").values_list("person", "why", "at")
    first = {person: [home, person, why, at] for person, why, at in reversed(rows)}
    insert_missing(Watch, ["ticket", "person", "why", "at"], first.values(), returning=["id"])


def let_watchers_go(traces: Iterable[Trace]) -> None:
    """Who watches only because of the gesture does not any more; who began since stays. One statement, or none."""
    added = Q()
    for trace in traces:
        more = set(trace.after.get("watchers", ())) - set(trace.before.get("watchers", ()))
        if more:
            added |= Q(ticket=trace.ticket_id, person__in=more)
    if added:
        Watch.objects.filter(added).delete()


def skills_of(tickets: Iterable[int]) -> dict[int, set[int]]:
    """That they need."""
    found: dict[int, set[int]] = defaultdict(set)
    needed = Ticket.skills.through.objects.filter(ticket__in=list(tickets))
    for ticket, skill in needed.values_list("ticket_id", "skill_id"):
        found[ticket].add(skill)
    return found


def newest_message() -> int:
    return Message.objects.aggregate(newest=Max("pk"))["newest"] or 0


def keep(gesture: Gesture, before: Mapping[int, State], after: Mapping[int, State], *, fresh: Collection[int]) -> None:
    """The journal's rows. One statement."""
    rows = [[gesture.pk, pk, before.get(pk, {}), after.get(pk, {}), pk in fresh] for pk in sorted({*before, *after})]
    copy_rows(Trace, ["gesture", "ticket", "before", "after", "fresh"], rows)


def save_tickets(tickets: Iterable[Ticket]) -> None:
    update_rows(Ticket, _NAMES, [[ticket.pk, *(getattr(ticket, name) for name in COLUMNS)] for ticket in tickets])


def bring(rows: Mapping[int, int]) -> None:
    """message → its ticket from now on."""
    update_rows(Message, ["id", "ticket"], list(rows.items()))


def bring_along(pks: Collection[int], home: int) -> Left:
    """Everything else that goes with all that was said: what people are writing, who is at it on the channel, and what
    had been emptied into these. What `home` has of the same kind stays where it is; what is to be
    done adds up. Nine statements at most."""
    messages = _by_ticket(Message.objects.filter(ticket__in=pks).order_by("pk").values_list("ticket_id", "pk"))
    bring({pk: home for keys in messages.values() for pk in keys})
    open_ones = HandOff.objects.filter(outcome=HandOffOutcome.OPEN)
    drafts = _choose(_for_whom(home), pks, home, once=("person_id", "mode"), latest="-changed_at")
    hand_offs = _choose(open_ones, pks, home, once=("private",), latest="-at")
    items = _by_ticket(ChecklistItem.objects.filter(ticket__in=pks).order_by("pk").values_list("ticket_id", "pk"))
    update_rows(ChecklistItem, ["id", "ticket"], [[pk, home] for keys in items.values() for pk in keys])
    brought = _by_ticket(Ticket.objects.filter(merged_into__in=pks).values_list("merged_into_id", "pk"))
    update_rows(Ticket, ["id", "merged_into"], [[pk, home] for keys in brought.values() for pk in keys])
    return Left(messages, drafts, hand_offs, items, brought)


def _for_whom(home: int) -> QuerySet[Draft]:
    """Without what was meant in private for somebody else than whom `home` would say it to."""
    private = Q(mode=DraftMode.PRIVATE) | Q(began=DraftMode.PRIVATE)
    whom = Ticket.objects.filter(pk=home).values("identity")
    return Draft.objects.exclude(private & ~Q(ticket__identity=Subquery(whom)))


def _choose(
    those: QuerySet[Draft] | QuerySet[HandOff], pks: Collection[int], home: int, *, once: Sequence[str], latest: str
) -> dict[int, list[int]]:
    """Of several that may be on a ticket once, the one at home, else the latest, comes; the others stay."""
    rows: list[Any] = list(those.filter(ticket__in=[*pks, home]).order_by(latest, "-pk"))
    taken = {tuple(getattr(row, name) for name in once) for row in rows if row.ticket_id == home}
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        kind = tuple(getattr(row, name) for name in once)
        if kind not in taken:
            taken.add(kind)
            found[row.ticket_id].append(row.pk)
    update_rows(those.model, ["id", "ticket"], [[pk, home] for keys in found.values() for pk in keys])
    return found


def take_back(traces: Sequence[Trace], home: int, moved: Mapping[int, int]) -> None:
    """What `bring_along` brought, as far as it is still there. A draft goes where the message went that it answers
    (`moved`: message → its ticket), also one that was begun since. Nine statements at most."""
    for model, name in ((Draft, "drafts"), (HandOff, "hand_offs")):
        came_from = {pk: trace.ticket_id for trace in traces for pk in trace.before.get(name, ())}
        if model is Draft and moved:
            answers = Draft.objects.filter(ticket=home, answers__in=moved).values_list("pk", "answers")
            came_from |= {pk: moved[answered] for pk, answered in answers if answered is not None}
        _put_back(model, came_from, home)
    items = {pk: trace.ticket_id for trace in traces for pk in trace.before.get("items", ())}
    here = ChecklistItem.objects.filter(pk__in=items, ticket=home).values_list("pk", flat=True) if items else ()
    update_rows(ChecklistItem, ["id", "ticket"], [[pk, items[pk]] for pk in here])
    brought = {pk: trace.ticket_id for trace in traces for pk in trace.before.get("brought", ())}
    still = Ticket.objects.filter(pk__in=brought, merged_into=home).values_list("pk", flat=True)
    update_rows(Ticket, ["id", "merged_into"], [[pk, brought[pk]] for pk in still] if brought else [])


def _put_back(model: type[Draft] | type[HandOff], came_from: Mapping[int, int], home: int) -> None:
    if not came_from:
        return
    rows: list[Any] = list(model._default_manager.filter(pk__in=came_from, ticket=home))
    there: list[Any] = list(model._default_manager.filter(ticket__in=set(came_from.values())))
    taken = {(row.ticket_id, *_sort(row)) for row in there}
    back = [[row.pk, came_from[row.pk]] for row in rows if (came_from[row.pk], *_sort(row)) not in taken]
    update_rows(model, ["id", "ticket"], back)


def _sort(row: Draft | HandOff) -> tuple[Any, ...]:
    """What there may be one of on a ticket."""
    return (row.person_id, DraftMode(row.mode)) if isinstance(row, Draft) else (row.private, row.outcome)


def put_back_rows(states: Mapping[int, State]) -> None:
    """Clocks and pauses as they were, and none besides. Four statements at most."""
    for model, name in ((SlaClock, "clocks"), (SlaPause, "pauses")):
        rows: list[dict[str, Any]] = [row for state in states.values() for row in state[name]]
        model._default_manager.filter(ticket__in=states).delete()
        if rows:
            # By the names they were kept under; a column that came later has its default.
            fields = [field for field in model._meta.concrete_fields if field.attname in rows[0]]
            names = [field.name for field in fields]
            copy_rows(model, names, [[field.to_python(row[field.attname]) for field in fields] for row in rows])


def read_columns(state: State) -> dict[str, Any]:
    """A ticket's columns as the model holds them."""
    by_name: dict[str, Callable[[Any], Any]] = {f.attname: f.to_python for f in Ticket._meta.concrete_fields}
    return {name: by_name[name](value) for name, value in state["ticket"].items()}


def _rows_of(model: type[SlaClock] | type[SlaPause], tickets: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model._default_manager.filter(ticket__in=list(tickets)).order_by("pk").values(*names):
        found[row["ticket_id"]].append({name: _plain(value) for name, value in row.items()})
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _by_ticket(rows: Iterable[tuple[Any, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for ticket, pk in rows:
        found[ticket].append(pk)
    return found


def later_gesture(gesture: Gesture, tickets: Collection[int]) -> Gesture | None:
    """One that still stands and touched any of these after it."""
    since = Q(gesture__at__gt=gesture.at) | Q(gesture__at=gesture.at, gesture__latest__gt=gesture.latest)
    found = Trace.objects.filter(since, ticket__in=tickets, gesture__undone_at=None).exclude(gesture=gesture)
    trace = found.select_related("gesture").order_by("-gesture__at").first()
    return trace.gesture if trace is not None else None
