"""What one gesture changed of a ticket goes back, as far as nobody has changed it since: a macro (docs/rules.md,
"Macros") or a change of many tickets (docs/rules.md, "Many tickets at once")."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.assignment import assign
from tickets.choices import CATEGORY_OF, Priority, Status, StatusCategory
from tickets.errors import DeskError
from tickets.lifecycle import add_tag, file, locked_to_change, move, remove_tag
from tickets.models import Activity, Folder, Queue, Tag, Ticket
from tickets.permissions import require_on
from tickets.resting import slips
from tickets.resting.snoozing import snooze, wake

Back = Callable[[Ticket, Any, Any, User, datetime], object]
_TAG, _UNTAG, _ASIDE = "ticket.tagged", "ticket.untagged", "ticket.snoozed"
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
class Reverted:
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
def revert(ticket: Ticket | None, number: int, gesture: UUID, *, by: User, now: datetime) -> Reverted:
    """`ticket`: None where it is out of their sight. A status that ended what was done stays, and so does what was
    written."""
    if ticket is None:
        return Reverted(number, False, _("It is out of your sight."))
    verbs = (*_NAMES, _TAG, _UNTAG, _ASIDE, *_WORDS)
    try:
        ticket = locked_to_change(ticket)
        require_on(by, "work", ticket)
    except DeskError as refusal:
        return Reverted(number, False, str(refusal))
    lines = list(ticket.activities.filter(verb__in=verbs).order_by("pk"))
    ours = [line for line in lines if line.gesture == gesture]
    aside = next((line for line in ours if line.verb == _ASIDE and line.at == ticket.snoozed_at), None)
    undone, left = _change_back(ticket, changes(lines, gesture), by=by, now=now)
    undone = _tags_back(ticket, lines, gesture, by=by, now=now) or undone
    ticket.refresh_from_db()
    if aside is not None and ticket.snoozed_at is not None:
        undone = _awake_again(ticket, aside, by=by, now=now) is not None
    elif undone and ticket.category != StatusCategory.DONE and aside is None:
        slips.put_aside(ticket, since=ours[0].at, by=by, now=now)
    why = " ".join(left) if undone or left else _("Nothing of it stands any more.")
    return Reverted(number, undone, why, any(line.verb in _WORDS for line in ours))


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


def _tags_back(ticket: Ticket, lines: Iterable[Activity], gesture: UUID, *, by: User, now: datetime) -> bool:
    """Those it put on go, and those it took off come back, where nobody did either since. Whether there were any."""
    last = {line.data["tag"]: line for line in lines if line.verb in (_TAG, _UNTAG)}
    ours = {name: line.verb for name, line in last.items() if line.gesture == gesture}
    added = list(ticket.tags.filter(name__in=[name for name, verb in ours.items() if verb == _TAG])) if ours else []
    for tag in added:
        remove_tag(ticket, tag, by=by, now=now)
    taken = [name for name, verb in ours.items() if verb == _UNTAG]
    still = list(Tag.objects.filter(name__in=taken)) if taken else []
    for tag in still:
        add_tag(ticket, tag.name, by=by, now=now)
    return bool(added or still)


def _awake_again(ticket: Ticket, aside: Activity, *, by: User, now: datetime) -> Ticket:
    """Or put aside as it was before, while that moment is still to come."""
    if "before" in aside.data:
        until = parse_datetime(aside.data["before"]) if aside.data["before"] else None
        if until is None or until > now:
            return snooze(ticket, until, by=by, now=now)
    return wake(ticket, by=by, now=now)


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
