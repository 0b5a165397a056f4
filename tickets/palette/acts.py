"""What can be done with a ticket, as the palette offers it; with several: several.py. Whether it may be done is asked
anew when it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.addresses import address_of
from kapture.people import shown_name
from tickets.choices import Priority, Status, StatusCategory
from tickets.finding.names import Names
from tickets.models import Tag, Ticket
from tickets.notices.naming import people_around
from tickets.palette.matching import Choice, Kind, fitting
from tickets.permissions import may_on
from tickets.phrases.macros import usable
from tickets.reading.context import Desk
from tickets.resting.presets import presets
from tickets.resting.telling import told
from tickets.shown.there import There, what_is_there

# Of the tags that fit, looked at for what the reader may know.
MOST_TAGS = 200
SNOOZE = {
    "hour": gettext_lazy("Snooze for an hour"),
    "evening": gettext_lazy("Snooze until this evening"),
    "tomorrow": gettext_lazy("Snooze until tomorrow"),
    "monday": gettext_lazy("Snooze until Monday"),
}
STATUS_ICONS = {
    Status.OPEN: "s-open",
    Status.PENDING: "pause",
    Status.CLOSED: "s-closed",
    Status.IGNORED: "ban",
}


@dataclass
class Acts:
    """With one ticket. `typed`: what is looked for; nothing is read for choices that only then are offered."""

    desk: Desk
    ticket: Ticket
    typed: str
    now: datetime
    zone: tzinfo

    def offered(self) -> list[Choice]:
        """Nothing of what changes it for who may only look."""
        found = [*(self._writing() if may_on(self.desk.user, "send", self.ticket) else ())]
        if not self.works:
            return [*found, *self._watching()]
        found += [*self._usual(), *self._watching()]
        if self.typed:
            found += [*self._statuses(), *self._macros()]
            found += [one for kind in _KINDS for one in self.of_kind(kind) if kind != "snooze" or not self.done]
        return found

    def of_kind(self, kind: str) -> list[Choice]:
        """All of one kind, as a key leads to them."""
        return list(_KINDS[kind].choices(self)) if kind in _KINDS and self.works else []

    @cached_property
    def works(self) -> bool:
        return may_on(self.desk.user, "work", self.ticket) and self.ticket.merged_into_id is None

    @property
    def done(self) -> bool:
        return self.ticket.category == StatusCategory.DONE

    @cached_property
    def _there(self) -> There:
        return what_is_there(self.ticket, by=self.desk.user)

    def _at(self, name: str) -> str:
        return address_of(name, self.ticket.pk)

    def _act(self, words: str, drawing: str, at: str, name: str = "", value: str = "", **more: object) -> Choice:
        return Choice(words, drawing, self._at(at), "act", name, value, **more)  # type: ignore[arg-type]

    def _writing(self) -> Sequence[Choice]:
        at = f"{self._at('ticket')}#writer"
        return (
            Choice(_("Answer"), "reply", at, key="r", also=_("reply"), usual=True),
            Choice(_("Answer in private"), "lock", at, key="d", also=_("direct message")),
        )

    def _usual(self) -> list[Choice]:
        pk, mine = self.ticket.pk, _("assign to me")
        take = self._act(_("Take it"), "user", "take", key="g", also=mine, usual=True)
        back = self._act(_("Give it back to its queue"), "nobody", "assign", "assignee", also=_("assign to nobody"))
        reopen = self._act(_("Reopen"), "refresh", "status", "status", Status.OPEN, usual=True)
        resolve = self._act(_("Resolve"), "check", "status", "status", Status.RESOLVED, key="e", usual=True)
        kinds = [kind for kind in _KINDS if kind != "snooze" or not self.done]
        wake = [self._act(_("Bring it back from snooze"), "undo", "wake")] if self.ticket.snoozed_at else []
        return [
            Choice(_("Write a note"), "note", f"{self._at('ticket')}#writer", key="n", usual=True),
            back if self.ticket.assignee_id else take,
            reopen if self.done else resolve,
            *wake,
            *(self._into(kind) for kind in kinds),
            Choice(_("Run a macro"), "bolt", f"{reverse('macros')}?t={pk}", key="M", usual=True),
            Choice(_("Merge with another ticket"), "thread", f"{reverse('merge')}?t={pk}", key="m"),
        ]

    def _into(self, kind: str) -> Choice:
        one = _KINDS[kind]
        at = f"{reverse('palette')}?{urlencode({'t': self.ticket.pk, 'do': kind})}"
        return Choice(str(one.words()), one.drawing, at, key=one.key, into=kind, usual=True)

    def _watching(self) -> Sequence[Choice]:
        return (
            self._act(_("Watch it"), "eye", "watch", "watch", "yes"),
            self._act(_("Stop watching it"), "hide", "watch", "watch", "no"),
        )

    def _statuses(self) -> list[Choice]:
        """Those beside the usual that nobody is asked a reason for."""
        asked = {rule["status"] for rule in self._there.pause_rules} | {self.ticket.status}
        return [
            self._act(_("Status: %s") % one.label, drawing, "status", "status", one)
            for one, drawing in STATUS_ICONS.items()
            if one not in asked
        ]

    def _macros(self) -> list[Choice]:
        rows = usable(self.desk.user).values_list("pk", "name")
        at = f"{reverse('macros')}?t={self.ticket.pk}&macro="
        return [Choice(_("Macro: %s") % name, "bolt", f"{at}{pk}") for pk, name in rows]

    def _people(self) -> list[Choice]:
        """Whoever reads this comes first."""
        me, found = self.desk.user.pk, []
        for one in sorted(people_around(self.ticket).agents, key=lambda one: one.pk != me):
            if one.pk == self.ticket.assignee_id:
                continue
            facts = {"note": _("you") if one.pk == me else f"@{one.username}", "also": one.username}
            words = _("Assign to %s") % shown_name(one)
            found.append(self._act(words, "user", "assign", "assignee", str(one.pk), **facts))
        return found

    def _moments(self) -> list[Choice]:
        late, found = self.ticket.next_due_at, []
        for one in presets(self.now, self.zone):
            note = told(one.at, self.now, self.zone)
            if late is not None and late < one.at:
                note = _("%s, after a promise is due") % note
            found.append(self._act(str(SNOOZE[one.code]), "moon", "snooze", "preset", one.code, note=note))
        return [*found, self._act(_("Snooze until they write"), "moon", "snooze", "preset")]

    def _priorities(self) -> list[Choice]:
        return [
            self._act(_("Priority: %s") % label, f"p-{value}", "priority", "priority", value)
            for value, label in Priority.choices[::-1]
            if value != self.ticket.priority
        ]

    def _tags(self) -> list[Choice]:
        """Those the reader may know of, and off with those that are there."""
        names, there = Names(self.desk.user), {one["name"]: one["pk"] for one in self._there.tags}
        known = [
            self._act(_("Add the tag %s") % name, "tag", "tag", "name", name, also=str(pk))
            for _plain, name, pk in names.known("tag")
            if name not in there
        ]
        known = fitting(known, self.typed, most=MOST_TAGS)
        told = names.told("tag", [int(one.also) for one in known])
        off = [
            self._act(_("Remove the tag %s") % name, "x", "untag", "tag", str(pk)) for name, pk in sorted(there.items())
        ]
        return [one for one in known if int(one.also) in told] + off

    def new_tag(self, offered: Sequence[Choice]) -> list[Choice]:
        """What is typed, where no tag is called so yet."""
        name = " ".join(self.typed.split())[: Tag._meta.get_field("name").max_length]
        called = {one.value for one in offered} | {one["name"] for one in self._there.tags}
        if not self.works or not name or name in called:
            return []
        return [self._act(_("Add a new tag: %s") % name, "plus", "tag", "name", name)]

    def _folders(self) -> list[Choice]:
        out = [self._act(_("Take it out of its folder"), "folder", "file", "folder")] if self.ticket.folder_id else []
        return out + [
            self._act(_("File under %s") % one.title, "folder", "file", "folder", str(one.pk))
            for one in self.desk.folders
            if one.pk != self.ticket.folder_id
        ]

    def _queues(self) -> list[Choice]:
        return [
            self._act(_("Move to %s") % one.name, "box", "move", "queue", str(one.pk))
            for one in self.desk.all_queues
            if one.pk != self.ticket.queue_id
        ]


_KINDS = {
    "assign": Kind(lambda: _("Assign to…"), "user", "a", Acts._people),
    "snooze": Kind(lambda: _("Snooze until…"), "moon", "s", Acts._moments),
    "priority": Kind(lambda: _("Priority…"), "p-normal", "p", Acts._priorities),
    "tag": Kind(lambda: _("Add or remove a tag…"), "tag", "t", Acts._tags),
    "file": Kind(lambda: _("File under…"), "folder", "f", Acts._folders),
    "move": Kind(lambda: _("Move to a queue…"), "box", "", Acts._queues),
}
KINDS = tuple(_KINDS)
