"""Many tickets at once: ordered, looked at, stopped and undone (tickets/views/bulk.py)."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from kapture.api_base import Body, Facts, Id, Moment, OneOf, Paged, Row, Words
from tickets.api.acts import SETTABLE
from tickets.api.base import DeskAct, DeskDetail, DeskListing
from tickets.api.filters import narrow
from tickets.bulk import running
from tickets.bulk.deeds import MOST_TAGS
from tickets.bulk.ordering import COUNTED, MOST, MOST_CHOSEN, TRIED, Aim, order, preview
from tickets.bulk.showing import Shown, own
from tickets.choices import BulkDeed, BulkMark, BulkState, Priority
from tickets.finding.problems import placed
from tickets.finding.query import LONGEST
from tickets.finding.terms import NotUnderstood
from tickets.models import BulkRun, BulkTrace, Folder, Macro, Queue
from tickets.models.sla import LONGEST_REASON
from tickets.reading.listing import ListView

_ASKED = {
    BulkDeed.ASSIGN: "assignee",
    BulkDeed.STATUS: "status",
    BulkDeed.PRIORITY: "priority",
    BulkDeed.SNOOZE: "until",
    BulkDeed.TAG: "names",
    BulkDeed.UNTAG: "names",
    BulkDeed.QUEUE: "queue",
    BulkDeed.FOLDER: "folder",
    BulkDeed.MACRO: "macro",
}


class ListBody(Body):
    view = serializers.ChoiceField(ListView.choices, required=False)
    queue = OneOf(Queue.objects.all, required=False)
    folder = OneOf(Folder.objects.all, required=False)
    q = Words(required=False, max_length=LONGEST, help_text="A search in the words of the desk (docs/finding.md).")


class BulkBody(Body):
    """Which tickets, what is done, and the one name that says to what."""

    tickets = serializers.ListField(child=Id(), min_length=1, max_length=MOST_CHOSEN, required=False)
    all_of = ListBody(required=False, help_text=f"Instead of `tickets`: all of a list, up to {MOST:,}.")
    deed = serializers.ChoiceField(BulkDeed.choices)
    assignee = OneOf(lambda: User.objects.filter(is_active=True), allow_null=True, required=False)
    status = serializers.ChoiceField(SETTABLE, required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    until = serializers.DateTimeField(allow_null=True, required=False, help_text="Of `snooze`; null: until they write.")
    names = serializers.ListField(
        child=Words(max_length=200), min_length=1, max_length=MOST_TAGS, required=False, help_text="Of tags."
    )
    queue = OneOf(Queue.objects.all, required=False)
    folder = OneOf(Folder.objects.all, allow_null=True, required=False)
    macro = OneOf(Macro.objects.all, required=False)
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_REASON, help_text="Of `status` and `snooze`."
    )
    seen = Id(
        required=False,
        help_text="Of a macro that sends: the newest message you have read of them all; where there is news since, it "
        "does nothing.",
    )
    wording = Id(required=False, help_text="Of a macro that sends, the same of words that were changed.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("tickets" in attrs) == ("all_of" in attrs):
            raise serializers.ValidationError({"tickets": _("Name tickets, or a list, and not both.")})
        wanted = _ASKED[BulkDeed(attrs["deed"])]
        if wanted not in attrs:
            raise serializers.ValidationError({wanted: _("What is done needs this.")})
        return attrs


def aim_of(words: dict[str, Any]) -> Aim:
    if "tickets" in words:
        return Aim(numbers=tuple(dict.fromkeys(words["tickets"])))
    of = words["all_of"]
    queue, folder = of.get("queue"), of.get("folder")
    keys = queue.pk if queue else None, folder.pk if folder else None
    view = of.get("view") or ("" if of.get("q", "").strip() else ListView.ALL)
    return Aim(view=view, queue=keys[0], folder=keys[1], line=of.get("q", "").strip())


def value_of(words: dict[str, Any]) -> dict[str, Any]:
    deed = BulkDeed(words["deed"])
    value, reason = words[_ASKED[deed]], {"reason": words.get("reason", "")}
    if deed in (BulkDeed.TAG, BulkDeed.UNTAG):
        return {"tags": value}
    if deed == BulkDeed.SNOOZE:
        return {"until": value.isoformat() if value else None} | reason
    if deed == BulkDeed.STATUS:
        return {"status": value} | reason
    if deed == BulkDeed.PRIORITY:
        return {"priority": value}
    if deed == BulkDeed.MACRO:
        return {"macro": value.pk} | {name: words[name] for name in ("seen", "wording") if name in words}
    return {"person" if deed == BulkDeed.ASSIGN else deed.value: value.pk if value is not None else None}


class CountsRow(Row):
    """How many tickets, by what became of it there."""

    waiting = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Of these some may be taken back later: see `back`.")
    same = serializers.IntegerField(help_text="It was so already.")
    refused = serializers.IntegerField()
    back = serializers.IntegerField(help_text="Taken back.")
    left = serializers.IntegerField(help_text="Not taken back, for somebody changed it since.")


class BulkRow(Row):
    """A change of many tickets."""

    id = Id(source="run.pk")
    deed = serializers.ChoiceField(BulkDeed.choices, source="run.deed")
    value = Facts(source="run.value", help_text="To what: keys and words.")
    words = Words(help_text="What it does, in words.")
    state = serializers.ChoiceField(BulkState.choices, source="run.state")
    gesture = serializers.UUIDField(source="run.gesture", help_text="Of its lines in the histories of the tickets.")
    at = Moment(source="run.at")
    ended_at = Moment(source="run.ended_at", allow_null=True)
    total = serializers.IntegerField(source="run.total", help_text="As many tickets as fitted when it was ordered.")
    counts = CountsRow()
    undo_until = Moment()


class Runs(DeskListing):
    """Those the caller ordered, the latest first; they are kept for 30 days."""

    title = "Changes of many tickets"
    answer = BulkRow
    order = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[BulkRun]:
        return own(self.user)

    def tell_all(self, rows: Any) -> Any:
        return super().tell_all([Shown(run, by=self.user, now=timezone.now()) for run in rows])


class OfRun(DeskAct):
    scope = "tickets:write"
    answer: ClassVar[type[serializers.Serializer[Any]]] = BulkRow

    def target(self, **where: Any) -> BulkRun:
        return get_object_or_404(own(self.user), pk=where["pk"])

    def shown(self, run: BulkRun) -> Shown:
        run.refresh_from_db()
        return Shown(run, by=self.user, now=timezone.now())


class OrderRun(OfRun):
    """Order a change of many tickets: a worker does it, each ticket by itself, as if it were done by hand. Which ones
    fit a list is written down now. What could not be done is told with each ticket."""

    title = "Change many tickets"
    body = BulkBody
    status = 201

    def target(self, **where: Any) -> Any:
        """The body says what."""

    def act(self, target: None, words: dict[str, Any]) -> Any:
        try:
            facts = {"by": self.user, "now": timezone.now(), "sheet": uuid4()}
            return self.shown(order(aim_of(words), words["deed"], value_of(words), **facts))
        except NotUnderstood as fault:
            raise serializers.ValidationError({"all_of": placed(fault)}) from None


class BulkRefusedRow(Row):
    """What could not be done on some."""

    why = Words()
    tickets = serializers.ListField(child=Id())


class BulkPreviewRow(Row):
    """What would come of it. Rights in queues are asked of all that were counted; the rest is tried on the first."""

    words = Words()
    count = serializers.IntegerField(source="count.number")
    exact = serializers.BooleanField(help_text=f"Counted to the end; up to {COUNTED:,} are.")
    barred = serializers.ListField(
        child=serializers.ListField(), help_text="Pairs: a queue where you may look and not change, and how many."
    )
    tried = serializers.IntegerField(help_text=f"On so many, up to {TRIED}, it was tried.")
    able = serializers.IntegerField(help_text="Of those, changed.")
    same = serializers.IntegerField(help_text="Of those, so already.")
    refused = BulkRefusedRow(many=True)
    why_none = Words(help_text="Why it cannot be ordered; empty: it can.")
    seen = Id(allow_null=True, help_text="Of a macro that sends: to be named when it is ordered.")
    wording = Id(allow_null=True, help_text="The same of words that were changed.")


class PreviewRun(OfRun):
    """What a change of many tickets would do, and what it could not and why. Changes nothing."""

    title = "Preview a change of many tickets"
    body = BulkBody
    answer = BulkPreviewRow

    def target(self, **where: Any) -> Any:
        """The body says what."""

    def act(self, target: None, words: dict[str, Any]) -> Any:
        try:
            return preview(aim_of(words), words["deed"], value_of(words), by=self.user, now=timezone.now())
        except NotUnderstood as fault:
            raise serializers.ValidationError({"all_of": placed(fault)}) from None


class OneRun(DeskDetail):
    """One the caller ordered, and how far it is."""

    title = "Change of many tickets"
    answer = BulkRow

    def rows(self) -> QuerySet[BulkRun]:
        return own(self.user)

    def tell(self, row: BulkRun) -> Any:
        return super().tell(Shown(row, by=self.user, now=timezone.now()))


class TraceQuery(Paged):
    mark = serializers.ChoiceField(BulkMark.choices, required=False)


class TraceRow(Row):
    """What became of it on one ticket."""

    ticket = Id(source="ticket_id")
    mark = serializers.ChoiceField(BulkMark.choices)
    reason = Words(help_text="Why it was not done, or what was not taken back.")


class RunTickets(DeskListing):
    """Its tickets, and what became of it on each."""

    title = "Tickets of a change"
    query = TraceQuery
    answer = TraceRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[BulkTrace]:
        return narrow(get_object_or_404(own(self.user), pk=where["pk"]).traces.all(), asked)


class StopRun(OfRun):
    """Leave the rest. What is done is done, and can be undone."""

    title = "Stop a change of many tickets"

    def act(self, target: BulkRun, words: dict[str, Any]) -> Any:
        running.stop(target, now=timezone.now())
        return self.shown(target)


class UndoRun(OfRun):
    """On each ticket what it changed goes back, as far as nobody has changed that since, for 7 days; a worker does it.
    What was written stays. One that is under way is stopped."""

    title = "Undo a change of many tickets"

    def act(self, target: BulkRun, words: dict[str, Any]) -> Any:
        running.undo(target, now=timezone.now())
        return self.shown(target)
