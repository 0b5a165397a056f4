"""What may be done to many tickets at once: each as it is done on one, and in words. A run keeps keys and words of it
alone (`value`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapture.people import shown_name
from tickets.assignment import assign
from tickets.choices import BulkDeed, Priority, Status
from tickets.errors import CannotChange
from tickets.lifecycle import add_tag, change_priority, change_status, file, move, remove_tag
from tickets.models import Folder, Queue, Tag, Ticket
from tickets.permissions import require
from tickets.phrases.macros import MOST, NO_STEP, brief, run, usable
from tickets.phrases.steps import Do, gestures
from tickets.resting.snoozing import snooze

MOST_TAGS = 20
Value = Mapping[str, Any]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Deed:
    """`words`: as a button says it. `most`: of tickets; None: of as many as a run takes."""

    words: str
    do: Do
    most: int | None = None


def prepare(deed: str, value: Value, *, by: User) -> Deed:
    """With all it needs to know. Raises CannotChange where what was chosen is not there any more, or is nothing."""
    return _DEEDS[BulkDeed(deed)](value, by)


def _assign(value: Value, by: User) -> Deed:
    if value["person"] is None:
        return Deed(_("Give back to nobody"), lambda t, by, now: assign(t, to=None, by=by, now=now))
    person = _there(User.objects.filter(pk=value["person"], is_active=True).first())
    words = _("Assign to you") if person == by else _("Assign to %s") % shown_name(person)
    return Deed(words, lambda t, by, now: assign(t, to=person, by=by, now=now))


def _queue(value: Value, by: User) -> Deed:
    queue = _there(Queue.objects.filter(pk=value["queue"]).first())
    return Deed(_("Move to %s") % queue.name, lambda t, by, now: move(t, queue, by=by, now=now))


def _folder(value: Value, by: User) -> Deed:
    if value["folder"] is None:
        return Deed(_("Take out of its folder"), lambda t, by, now: file(t, None, by=by, now=now))
    folder = _there(Folder.objects.filter(pk=value["folder"]).first())
    return Deed(_("File under %s") % folder.name, lambda t, by, now: file(t, folder, by=by, now=now))


def _priority(value: Value, by: User) -> Deed:
    after = Priority(value["priority"])
    words = _("Set the priority to %s") % after.label
    return Deed(words, lambda t, by, now: change_priority(t, after, by=by, now=now))


def _status(value: Value, by: User) -> Deed:
    after, reason = Status(value["status"]), value.get("reason", "")
    if after == Status.NEW:
        raise CannotChange(_("A ticket that somebody has looked at is not new any more."))
    words = _("Set the status to %s") % after.label
    return Deed(words, lambda t, by, now: change_status(t, after, by=by, now=now, reason=reason))


def _snooze(value: Value, by: User) -> Deed:
    until, reason = parse_datetime(value["until"]) if value["until"] else None, value.get("reason", "")
    words = _("Put aside until they write")
    if until is not None:
        words = _("Put aside until %s") % date_format(timezone.localtime(until), "j M, H:i")
    return Deed(words, lambda t, by, now: snooze(t, until, by=by, now=now, reason=reason))


def _tag(value: Value, by: User) -> Deed:
    names = _tags(value)
    words = ngettext("Add the tag %s", "Add the tags %s", len(names))
    return Deed(words % ", ".join(names), partial(_add, names))


def _untag(value: Value, by: User) -> Deed:
    names = _tags(value)
    words = ngettext("Remove the tag %s", "Remove the tags %s", len(names))
    return Deed(words % ", ".join(names), partial(_remove, names))


def _tags(value: Value) -> list[str]:
    names = list(dict.fromkeys(" ".join(name.split()) for name in value["tags"] if name.strip()))
    if not names or len(names) > MOST_TAGS:
        raise CannotChange(_("Name 1 to %s tags.") % MOST_TAGS)
    return names


@transaction.atomic
def _add(names: list[str], ticket: Ticket, by: User, now: datetime) -> None:
    for name in names:
        add_tag(ticket, name, by=by, now=now)


@transaction.atomic
def _remove(names: list[str], ticket: Ticket, by: User, now: datetime) -> None:
    for tag in Tag.objects.filter(name__in=[name.lower() for name in names]):
        remove_tag(ticket, tag, by=by, now=now)


def _macro(value: Value, by: User) -> Deed:
    macro = _there(usable(by).filter(pk=value["macro"]).first())
    if not gestures(macro):
        raise CannotChange(str(NO_STEP))
    if macro.reply_id is not None:  # a worker has all their rights, and a program's token perhaps not this one
        require(by, "send")
    words = _("Run the macro “%(name)s”: %(steps)s") % {"name": macro.name, "steps": brief(macro)}
    known = {name: value.get(name) for name in ("seen", "wording")}
    return Deed(words, lambda t, by, now: run(macro, t, by=by, now=now, **known), most=MOST if macro.send else None)


def _there(found: Row | None) -> Row:
    if found is None:
        raise CannotChange(_("What was chosen is not there any more."))
    return found


_DEEDS: dict[BulkDeed, Callable[[Value, User], Deed]] = {
    BulkDeed.ASSIGN: _assign,
    BulkDeed.QUEUE: _queue,
    BulkDeed.FOLDER: _folder,
    BulkDeed.PRIORITY: _priority,
    BulkDeed.STATUS: _status,
    BulkDeed.SNOOZE: _snooze,
    BulkDeed.TAG: _tag,
    BulkDeed.UNTAG: _untag,
    BulkDeed.MACRO: _macro,
}
