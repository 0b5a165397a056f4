"""A macro that was run by a slip is taken back, as far as nobody has changed that since: docs/rules.md, "Macros"."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.assignment import assign
from tickets.choices import CATEGORY_OF, Priority, Status, StatusCategory
from tickets.errors import DeskError
from tickets.lifecycle import file, locked_to_change, move, remove_tag
from tickets.models import Activity, Folder, Queue, Tag, Ticket
from tickets.permissions import require_on, visible_tickets
from tickets.resting import slips
from tickets.resting.snoozing import wake

Back = Callable[[Ticket, Any, Any, User, datetime], object]
_TAG, _ASIDE = "ticket.tagged", "ticket.snoozed"
_WORDS = ("note.written", "reply.queued", "reply.asked")
# In this order: where it stands now one may not be able to do the rest.
_NAMES = {
    "ticket.moved": _lazy("its queue"),
    "ticket.status": _lazy("its status"),
    "ticket.priority": _lazy("its priority"),
    "ticket.filed": _lazy("its folder"),
    "ticket.assigned": _lazy("whose it is"),
}


# Rules and steps of escalation change these too, without a line of these verbs.
_PRESENT = {"ticket.moved": "queue_id", "ticket.filed": "folder_id", "ticket.assigned": "assignee_id"}


@dataclass(frozen=True, slots=True)
class Unrun:
    """What became of it on one ticket; `left`: what stays of it, and why; `written`: so do words."""

    ticket: int
    undone: bool
    left: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What one gesture changed of a ticket: as it was before, as it is since; `stands`: nobody changed it after."""

    verb: str
    before: Any
    after: Any
    stands: bool


def unrun(gesture: UUID, *, by: User, now: datetime) -> list[Unrun]:
    """Each ticket by itself. What was written stays, and so does a status that ended what was done. Nothing
    is told where they ran no macro in this gesture."""
    ran = Activity.objects.filter(gesture=gesture, verb="macro.ran", actor=by)
    numbers = list(dict.fromkeys(ran.order_by("ticket").values_list("ticket", flat=True)))
    there = visible_tickets(by).in_bulk(numbers) if numbers else {}
    return [_unrun(there.get(number), number, gesture, by=by, now=now) for number in numbers]


def changes(lines: Sequence[Activity], gesture: UUID) -> list[Change]:
    """`lines`: of one ticket, in their order. Pure."""
    found = []
    for verb in _NAMES:
        every = [line for line in lines if line.verb == verb]
        ours = [line for line in every if line.gesture == gesture]
        was, became = ("from", "to") if verb == "ticket.assigned" else ("before", "after")
        if ours and (before := ours[0].data.get(was)) != (after := ours[-1].data.get(became)):
            found.append(Change(verb, before, after, every[-1].gesture == gesture))
    return found


@transaction.atomic
def _unrun(ticket: Ticket | None, number: int, gesture: UUID, *, by: User, now: datetime) -> Unrun:
    if ticket is None:
        return Unrun(number, False, _("It is out of your sight."))
    verbs = (*_NAMES, _TAG, "ticket.untagged", _ASIDE, *_WORDS)
    try:
        ticket = locked_to_change(ticket)
        require_on(by, "work", ticket)
    except DeskError as refusal:
        return Unrun(number, False, str(refusal))
    lines = list(ticket.activities.filter(verb__in=verbs).order_by("pk"))
    ours = [line for line in lines if line.gesture == gesture]
    aside = next((line for line in ours if line.verb == _ASIDE and line.at == ticket.snoozed_at), None)
    undone, left = _change_back(ticket, changes(lines, gesture), by=by, now=now)
    for tag in _tags(ticket, lines, gesture):
        remove_tag(ticket, tag, by=by, now=now)
        undone = True
    ticket.refresh_from_db()
    if aside is not None and ticket.snoozed_at is not None:
        undone = wake(ticket, by=by, now=now) is not None
    elif undone and ticket.category != StatusCategory.DONE and aside is None:
        slips.put_aside(ticket, since=ours[0].at, by=by, now=now)
    why = " ".join(left) if undone or left else _("Nothing of it stands any more.")
    return Unrun(number, undone, why, any(line.verb in _WORDS for line in ours))


def _change_back(ticket: Ticket, found: Iterable[Change], *, by: User, now: datetime) -> tuple[bool, list[str]]:
    """Whether anything went back, and what did not, with why."""
    undone, left = False, []
    for change in found:
        name = str(_NAMES[change.verb])
        present = _PRESENT.get(change.verb)
        if not change.stands or (present is not None and getattr(ticket, present) != change.after):
            left.append(_("Somebody changed %s since.") % name)
            continue
        try:
            with transaction.atomic():
                went = _BACK[change.verb](ticket, change.before, change.after, by, now)
        except DeskError as refusal:
            left.append(str(refusal))
        else:
            undone = undone or went is not None
            if went is None:
                left.append(_("Nothing to go back to for %s.") % name)
    return undone, left


def _tags(ticket: Ticket, lines: Iterable[Activity], gesture: UUID) -> list[Tag]:
    """Those it put on, and nobody since."""
    last = {line.data["tag"]: line for line in lines if line.verb in (_TAG, "ticket.untagged")}
    names = [name for name, line in last.items() if line.gesture == gesture and line.verb == _TAG]
    return list(ticket.tags.filter(name__in=names)) if names else []


def _status(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    was, became = Status(str(before)), Status(str(after))
    if CATEGORY_OF[was] == StatusCategory.DONE:
        return None
    back = Status.OPEN if was == Status.NEW else was
    return slips.take_back(ticket, back, undoes=became, by=by, now=now)


def _priority(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    return slips.take_priority_back(ticket, str(before), undoes=Priority(str(after)), by=by, now=now)


def _queue(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    queue = Queue.objects.filter(pk=before).first()
    return move(ticket, queue, by=by, now=now) if queue is not None else None


def _folder(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    folder = Folder.objects.filter(pk=before).first() if before is not None else None
    return file(ticket, folder, by=by, now=now) if folder is not None or before is None else None


def _assignee(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    whose = User.objects.filter(pk=before, is_active=True).first() if before is not None else None
    return assign(ticket, to=whose, by=by, now=now) if whose is not None or before is None else None


_BACK: dict[str, Back] = {
    "ticket.moved": _queue,
    "ticket.status": _status,
    "ticket.priority": _priority,
    "ticket.filed": _folder,
    "ticket.assigned": _assignee,
}
