"""What one gesture changed of a ticket goes back, as far as nobody has changed it since: a macro (docs/rules.md,
"Macros") or a change of many tickets (docs/rules.md, "Many tickets at once")."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.assignment import assign
from tickets.choices import CATEGORY_OF, UNSETTLED_STATES, Direction, SendState, Status, StatusCategory
from tickets.errors import DeskError
from tickets.history import note_activity, taking_back
from tickets.lifecycle import add_tag, change_priority, file, locked_to_change, move, remove_tag
from tickets.models import Activity, Folder, OutboxEntry, Queue, Tag, Ticket
from tickets.permissions import require_on
from tickets.resting import slips
from tickets.resting.snoozing import snooze, wake
from tickets.staffing.giving import given_out_afterwards
from tickets.staffing.speaking import SKILLS

Back = Callable[[Ticket, Any, Any, User, datetime], object]
_TAG, _UNTAG, _ASIDE = "ticket.tagged", "ticket.untagged", "ticket.snoozed"
_NOTED = "note.written"
_WORDS = (_NOTED, "reply.queued", "reply.asked")
_STEP, _RULE = "clock.step", "ticket.ruled"
# In this order: where it stands now one may not be able to do the rest.
_NAMES = {
    "ticket.moved": gettext_lazy("its queue"),
    "ticket.status": gettext_lazy("its status"),
    "ticket.priority": gettext_lazy("its priority"),
    "ticket.filed": gettext_lazy("its folder"),
    "ticket.assigned": gettext_lazy("whose it is"),
}
# Rules and steps of escalation change these too, without a line of these verbs.
_PRESENT = {
    "ticket.moved": "queue_id",
    "ticket.status": "status",
    "ticket.priority": "priority",
    "ticket.filed": "folder_id",
    "ticket.assigned": "assignee_id",
}
_BY_DESK = {
    "ticket.moved": {_STEP: "queue", _RULE: "queue"},
    "ticket.priority": {_STEP: "raised_to", _RULE: "priority"},
}


@dataclass(frozen=True, slots=True)
class Reverted:
    """What became of it on one ticket; `left`: what stays of it, and why; `written`: so do words, of which an answer is
    still on its way (`going`). `back`: what went back."""

    ticket: int
    undone: bool
    left: str = ""
    written: bool = False
    going: bool = False
    back: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What one gesture changed of a ticket: as it was before, as it is since; `stands`: nobody changed it after.
    `last`: the verb of what changed it last."""

    verb: str
    before: Any
    after: Any
    stands: bool
    last: str = ""


def made(lines: Sequence[Activity]) -> list[Activity]:
    """Without what was taken back, and without the taking back: both count as not done. Pure."""
    every = {(line.gesture, _what(line)) for line in lines}
    taken = {(gesture, what) for gesture, what in every if (taking_back(gesture), what) in every}
    over = taken | {(taking_back(gesture), what) for gesture, what in taken}
    return [line for line in lines if (line.gesture, _what(line)) not in over]


def _what(line: Activity) -> tuple[str, str]:
    return (_TAG, line.data["tag"]) if line.verb in (_TAG, _UNTAG) else (line.verb, "")


def changes(lines: Sequence[Activity], gesture: UUID) -> list[Change]:
    """`lines`: of one ticket, in their order, as they are `made`. Pure."""
    found = []
    for verb in _NAMES:
        every = [line for line in lines if line.verb == verb]
        by_desk = _BY_DESK.get(verb, {})
        touched = [line for line in lines if line.verb == verb or by_desk.get(line.verb) in line.data]
        ours = [line for line in every if line.gesture == gesture]
        was, became = ("from", "to") if verb == "ticket.assigned" else ("before", "after")
        if ours and (before := ours[0].data.get(was)) != (after := ours[-1].data.get(became)):
            found.append(Change(verb, before, after, every[-1].gesture == gesture, touched[-1].verb))
    return found


@transaction.atomic
def revert(ticket: Ticket | None, number: int, gesture: UUID, *, by: User, now: datetime) -> Reverted:
    """`ticket`: None where it is out of their sight. A status that ended what was done stays, and so does what was
    written. Given out is what is nobody's when all went back, and nothing in between."""
    if ticket is None:
        return Reverted(number, False, _("It is out of your sight."))
    with given_out_afterwards(now=now):
        return _revert(ticket, gesture, by=by, now=now)


def _revert(ticket: Ticket, gesture: UUID, *, by: User, now: datetime) -> Reverted:
    number, verbs = ticket.pk, (*_NAMES, _TAG, _UNTAG, _ASIDE, *_WORDS, _STEP, _RULE, SKILLS)
    try:
        ticket = locked_to_change(ticket)
        require_on(by, "work", ticket)
    except DeskError as refusal:
        return Reverted(number, False, str(refusal))
    lines = list(ticket.activities.filter(verb__in=verbs).order_by("pk"))
    ours = [line for line in lines if line.gesture == gesture]
    stand = made(lines)
    aside = _aside(ticket, lines, stand, gesture)
    back, left = _change_back(ticket, changes(stand, gesture), by=by, now=now)
    if str(_NAMES["ticket.moved"]) in back:
        _speak_of_less(ticket, lines, gesture, now=now)
    if _tags_back(ticket, stand, gesture, by=by, now=now):
        back.append(_("its tags"))
    ticket.refresh_from_db()
    if aside is not None and ticket.snoozed_at is not None:
        _awake_again(ticket, aside, _aside_before(aside, stand), by=by, now=now)
        back.append(_("that it was put aside"))
    elif back and ticket.category != StatusCategory.DONE and aside is None:
        slips.put_aside(ticket, since=ours[0].at, by=by, now=now, gesture=gesture)
    why = " ".join(left) if back or left else _("Nothing of it stands any more.")
    words = [line for line in ours if line.verb in _WORDS]
    return Reverted(number, bool(back), why, bool(words), _going(words), tuple(back))


def _going(words: Iterable[Activity]) -> bool:
    """Whether an answer of these is still to go out. One statement, or none."""
    answers = [line.data["message"] for line in words if line.verb != _NOTED]
    return bool(answers) and OutboxEntry.objects.filter(message__in=answers, state__in=UNSETTLED_STATES).exists()


def told_of_words(told: Iterable[Reverted]) -> str:
    """What became of the words of what was taken back; nothing where there were none."""
    some = [one for one in told if one.undone]
    if any(one.going for one in some):
        return _("Its answer goes out all the same, unless it is taken back on its ticket.")
    return _("What was written stays.") if any(one.written for one in some) else ""


def _aside(ticket: Ticket, lines: Iterable[Activity], stand: Iterable[Activity], gesture: UUID) -> Activity | None:
    """By which the gesture put it aside, as it still is: by that, or since a later one was taken back."""
    every = [line for line in lines if line.verb == _ASIDE]
    latest = [line for line in stand if line.verb == _ASIDE][-1:]
    if latest and every[-1].at == ticket.snoozed_at and latest[0].gesture == gesture:
        return latest[0]
    return next((line for line in every if line.gesture == gesture and line.at == ticket.snoozed_at), None)


def _change_back(ticket: Ticket, found: Iterable[Change], *, by: User, now: datetime) -> tuple[list[str], list[str]]:
    """What went back, and what did not, with why."""
    back: list[str] = []
    left: list[str] = []
    for change in found:
        name = str(_NAMES[change.verb])
        if not change.stands or getattr(ticket, _PRESENT[change.verb]) != change.after:
            left.append(_since(change.last) % name)
            continue
        try:
            with transaction.atomic():
                went = _BACK[change.verb](ticket, change.before, change.after, by, now)
        except DeskError as refusal:
            left.append(str(refusal))
        else:
            (left if went is None else back).append(_("Nothing to go back to for %s.") % name if went is None else name)
    return back, left


def _since(verb: str) -> str:
    """Who changed it, with a place for what."""
    if verb == _STEP:
        return _("A step of escalation changed %s since.")
    return _("A rule changed %s since.") if verb == _RULE else _("Somebody changed %s since.")


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


def _speak_of_less(ticket: Ticket, lines: Iterable[Activity], gesture: UUID, *, now: datetime) -> None:
    """The language that the queue asked for to which the gesture moved it is not needed, where nobody said so since."""
    line = next((line for line in reversed(list(lines)) if line.verb == SKILLS), None)
    if line is not None and line.gesture == gesture and "language" in line.data:
        ticket.skills.remove(line.data["language"])
        note_activity(ticket, SKILLS, by=None, at=now, before=line.data["after"], after=line.data["before"])


def _aside_before(aside: Activity, stand: Iterable[Activity]) -> Activity | None:
    """By which it was put aside already when the gesture did it again."""
    earlier = [line for line in stand if line.verb == _ASIDE and line.pk < aside.pk]
    return earlier[-1] if earlier and "before" in aside.data else None


def _awake_again(ticket: Ticket, aside: Activity, earlier: Activity | None, *, by: User, now: datetime) -> None:
    """Or put aside as it was before, while that moment is still to come: since then, by whom and why."""
    until = parse_datetime(aside.data["before"]) if aside.data.get("before") else None
    if "before" not in aside.data or (until is not None and until <= now):
        wake(ticket, by=by, now=now)
        return
    ticket = snooze(ticket, until, by=by, now=now, reason=earlier.data.get("reason", "") if earlier else "")
    if earlier is not None:
        ticket.snoozed_at, ticket.snoozed_by_id = earlier.at, earlier.actor_id
        ticket.save(update_fields=["snoozed_at", "snoozed_by"])


def _status(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    was = Status(str(before))
    if CATEGORY_OF[was] == StatusCategory.DONE:
        return None
    stood = Status.OPEN if was == Status.NEW and _answered(ticket) else was
    return slips.stand_as_before(ticket, stood, by=by, now=now, new=True)


def _answered(ticket: Ticket) -> bool:
    """By somebody of us, or it is to be: such a ticket is not new any more."""
    ours = ticket.messages.filter(direction=Direction.OUT, automated=False)
    return ours.filter(Q(outbox=None) | ~Q(outbox__state=SendState.FAILED)).exists()


def _priority(ticket: Ticket, before: Any, after: Any, by: User, now: datetime) -> object:
    return change_priority(ticket, str(before), by=by, now=now)


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
