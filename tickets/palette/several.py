"""What can be done with several tickets at once, as the palette offers it: each leads to the page that says on how many
of them it would be done, where it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.choices import BulkDeed, Priority, Status
from tickets.finding.names import Names
from tickets.models import Tag
from tickets.palette.acts import MOST_TAGS, SNOOZE, STATUS_ICONS
from tickets.palette.matching import Choice, Kind, fitting
from tickets.permissions import who_may
from tickets.reading.context import Desk
from tickets.resting.presets import presets
from tickets.resting.telling import told


@dataclass
class Several:
    """With these tickets, all of which the reader sees. `typed`: what is looked for; nothing is read for choices that
    only then are offered."""

    desk: Desk
    numbers: Sequence[int]
    typed: str
    now: datetime
    zone: tzinfo

    def offered(self) -> list[Choice]:
        """Nothing for who may only look."""
        if not self.desk.works:
            return []
        found = [*(self._into(kind) for kind in KINDS), *self._pages()]
        if self.typed:
            found += [one for kind in KINDS for one in self.of_kind(kind)]
        return found

    def of_kind(self, kind: str) -> list[Choice]:
        """All of one kind, as a key leads to them."""
        return list(_KINDS[kind].choices(self)) if kind in _KINDS and self.desk.works else []

    def new_tag(self, offered: Sequence[Choice]) -> list[Choice]:
        """What is typed, where no tag is called so."""
        name = " ".join(self.typed.replace(",", " ").split())[: Tag._meta.get_field("name").max_length]
        if not self.desk.works or not name or any(one.value == name for one in offered):
            return []
        return [self._bulk(_("Add a new tag: %s") % name, "plus", BulkDeed.TAG, tag=name, tags=name)]

    def _address(self, page: str, **more: str) -> str:
        return f"{reverse(page)}?{urlencode([*(('t', number) for number in self.numbers), *more.items()])}"

    def _bulk(
        self, words: str, drawing: str, deed: str, *, tag: str = "", note: str = "", also: str = "", **given: str
    ) -> Choice:
        at = self._address("bulk", deed=deed, look="1", **given)
        return Choice(words, drawing, at, value=tag, note=note, also=also)

    def _into(self, kind: str) -> Choice:
        one = _KINDS[kind]
        at = self._address("palette", do=kind)
        return Choice(str(one.words()), one.drawing, at, key=one.key, into=kind, usual=True)

    def _pages(self) -> Sequence[Choice]:
        return (
            Choice(_("Merge them"), "thread", self._address("merge"), key="m", usual=True),
            Choice(_("Add them to an incident"), "queue", self._address("incidents"), usual=True),
            Choice(_("Run a macro on them"), "bolt", self._address("macros"), key="M", usual=True),
        )

    def _people(self) -> list[Choice]:
        """Whoever reads this comes first, and then nobody."""
        me, found = self.desk.user, [self._bulk(_("Give back to nobody"), "nobody", BulkDeed.ASSIGN, person="")]
        for one in who_may("see", "work").order_by("first_name", "last_name", "username"):
            words, note = _("Assign to %s") % shown_name(one), f"@{one.username}"
            if one == me:
                note = _("you")
            choice = self._bulk(words, "user", BulkDeed.ASSIGN, note=note, person=str(one.pk))
            found.insert(0 if one == me else len(found), choice)
        return found

    def _statuses(self) -> list[Choice]:
        rest = [one for one in Status if one not in (Status.NEW, Status.RESOLVED)]
        resolved = self._bulk(_("Resolve"), "check", BulkDeed.STATUS, status=Status.RESOLVED)
        return [resolved] + [
            self._bulk(_("Status: %s") % one.label, STATUS_ICONS.get(one, "pause"), BulkDeed.STATUS, status=one)
            for one in rest
        ]

    def _moments(self) -> list[Choice]:
        found = [
            self._bulk(
                str(SNOOZE[one.code]),
                "moon",
                BulkDeed.SNOOZE,
                note=told(one.at, self.now, self.zone),
                preset=one.code,
            )
            for one in presets(self.now, self.zone)
        ]
        return [*found, self._bulk(_("Snooze until they write"), "moon", BulkDeed.SNOOZE, preset="they")]

    def _priorities(self) -> list[Choice]:
        return [
            self._bulk(_("Priority: %s") % label, f"p-{value}", BulkDeed.PRIORITY, priority=value)
            for value, label in Priority.choices[::-1]
        ]

    def _tags(self) -> list[Choice]:
        """Those the reader may know of, and off with those that any of the tickets has."""
        names = Names(self.desk.user)
        known = [
            self._bulk(_("Add the tag %s") % name, "tag", BulkDeed.TAG, tag=name, also=str(pk), tags=name)
            for _plain, name, pk in names.known("tag")
            if "," not in name
        ]
        known = fitting(known, self.typed, most=MOST_TAGS)
        shown = names.told("tag", [int(one.also) for one in known])
        there = Tag.objects.filter(tickets__in=list(self.numbers)).order_by("name").distinct()
        off = [
            self._bulk(_("Remove the tag %s") % one, "x", BulkDeed.UNTAG, tags=one)
            for one in there.values_list("name", flat=True)
        ]
        return [one for one in known if int(one.also) in shown] + off

    def _folders(self) -> list[Choice]:
        return [self._bulk(_("Take out of its folder"), "folder", BulkDeed.FOLDER, folder="")] + [
            self._bulk(_("File under %s") % one.title, "folder", BulkDeed.FOLDER, folder=str(one.pk))
            for one in self.desk.folders
        ]

    def _queues(self) -> list[Choice]:
        return [
            self._bulk(_("Move to %s") % one.name, "box", BulkDeed.QUEUE, queue=str(one.pk))
            for one in self.desk.all_queues
        ]


_KINDS = {
    "assign": Kind(lambda: _("Assign to…"), "user", "a", Several._people),
    "status": Kind(lambda: _("Resolve, or another status…"), "check", "e", Several._statuses),
    "snooze": Kind(lambda: _("Snooze until…"), "moon", "s", Several._moments),
    "priority": Kind(lambda: _("Priority…"), "p-normal", "p", Several._priorities),
    "tag": Kind(lambda: _("Add or remove a tag…"), "tag", "t", Several._tags),
    "file": Kind(lambda: _("File under…"), "folder", "f", Several._folders),
    "move": Kind(lambda: _("Move to a queue…"), "box", "", Several._queues),
}
KINDS = tuple(_KINDS)
