"""Macros: which there are, what one would do, and running it (tickets/views/macros.py)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers

from kapture.api_base import Body, Id, Row, Words
from tickets.api.base import DeskAct, DeskListing, still_there, ticket_or_404, told_after
from tickets.api.rows import WORDING, TicketRow
from tickets.models import Macro, Ticket
from tickets.phrases.macros import MOST, preview, run, run_many, usable
from tickets.phrases.unrunning import unrun


class MacroRow(Row):
    """A macro. What it does on a ticket, its preview tells."""

    id = Id()
    name = Words()
    sends = serializers.BooleanField(source="send", help_text="It sends an answer.")


class Macros(DeskListing):
    """What the caller is offered."""

    title = "Macros"
    answer = MacroRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Macro]:
        return usable(self.user)


class SaidLengthRow(Row):
    """How long a text is."""

    length = serializers.IntegerField(help_text="As the channel counts it.")
    maximum = serializers.IntegerField(help_text="The longest one message may be.")


class SaidRow(Row):
    """The very words of a step."""

    text = Words()
    note = serializers.BooleanField(help_text="A note for colleagues; otherwise an answer.")
    private = serializers.BooleanField(help_text="A private message.")
    language = Words(help_text="Of the text chosen; empty: of no language in particular.")
    gaps = serializers.ListField(child=serializers.CharField(), help_text="Placeholders of which nothing is known.")
    length = SaidLengthRow(allow_null=True, help_text="Of an answer.")
    approval = serializers.BooleanField(help_text="Somebody has to approve it before it goes out.")


class StepRow(Row):
    """One step."""

    words = Words()
    why_not = Words(help_text="Why it cannot be done; empty: it can.")
    said = SaidRow(allow_null=True, help_text="Of a note or an answer.")


class StepsRow(Row):
    """What a macro would do."""

    steps = StepRow(many=True)


class OnTicket(DeskAct):
    scope = "tickets:write"

    def target(self, **where: Any) -> tuple[Ticket, Macro]:
        ticket = ticket_or_404(self.user, where["pk"])
        return ticket, get_object_or_404(usable(self.user), pk=where["macro"])


class PreviewMacro(OnTicket):
    """What it would do on this ticket, step by step, and what it could not and why. Changes nothing."""

    title = "Preview a macro"
    answer = StepsRow

    def act(self, target: tuple[Ticket, Macro], words: dict[str, Any]) -> dict[str, Any]:
        ticket, macro = target
        return {"steps": preview(macro, ticket, by=self.user, now=timezone.now())}


class RunBody(Body):
    seen = Id(
        required=False, help_text="The newest message you have read: with news since, an answer is refused (409)."
    )
    wording = Id(required=False, help_text=WORDING)


class RunMacro(OnTicket):
    """All of its steps, or none with the reason of the one that cannot be done. One that sends needs `replies:send`.
    One that moves the ticket where you may not look tells how it stands there, as the move itself does."""

    title = "Run a macro"
    body = RunBody
    answer = TicketRow

    def check_again(self, told: Any, **where: Any) -> None:
        moved = told is not None and Macro.objects.filter(pk=where["macro"], queue=told["queue"]["id"]).exists()
        if not (moved and still_there(told, where["pk"])):
            super().check_again(told, **where)

    def act(self, target: tuple[Ticket, Macro], words: dict[str, Any]) -> Ticket:
        ticket, macro = target
        run(macro, ticket, by=self.user, now=timezone.now(), **words)
        return told_after(ticket.pk, user=self.user)


class ManyBody(RunBody):
    """`seen` and `wording`: of all these tickets; one with news since is refused, the others go on."""

    tickets = serializers.ListField(child=Id(), min_length=1, max_length=MOST)


class RanRow(Row):
    """What became of it on one ticket."""

    ticket = Id()
    refusal = Words(help_text="Why nothing was done; empty: all of it was.")


class RansRow(Row):
    """What became of it on each."""

    results = RanRow(many=True)
    gesture = serializers.UUIDField(allow_null=True, help_text="To undo it; null: nothing was done.")


class RunMacroOnMany(DeskAct):
    """On each of these tickets by itself; what could not be done is told with each."""

    title = "Run a macro on many"
    scope = "tickets:write"
    body = ManyBody
    answer = RansRow
    of_many = True

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [one["ticket"] for one in told.get("results", ())]

    def target(self, **where: Any) -> Macro:
        return get_object_or_404(usable(self.user), pk=where["pk"])

    def act(self, target: Macro, words: dict[str, Any]) -> dict[str, Any]:
        ran = run_many(target, words.pop("tickets"), by=self.user, now=timezone.now(), **words)
        return {"results": ran, "gesture": next((one.gesture for one in ran if one.gesture), None)}


class UndoMacroBody(Body):
    gesture = serializers.UUIDField(help_text="Of the answer, or of the line `macro.ran` in a ticket's history.")


class UnrunRow(Row):
    """What became of it on one ticket."""

    ticket = Id()
    undone = serializers.BooleanField(help_text="Something of it was taken back.")
    back = serializers.ListField(child=Words(), help_text="What went back.")
    left = Words(help_text="What stays of it besides what was written, and why.")
    written = serializers.BooleanField(help_text="So do words: a note, or an answer.")
    going = serializers.BooleanField(help_text="An answer of it goes out all the same, unless it is taken back itself.")


class UnrunsRow(Row):
    """What became of it on each."""

    results = UnrunRow(many=True)


class UndoMacro(DeskAct):
    """What the caller ran, on one ticket or many, is taken back on each by itself: queue, status, priority, folder,
    whose it is, tags and putting aside, as far as nobody has changed that since. What was written stays."""

    title = "Undo a macro"
    scope = "tickets:write"
    body = UndoMacroBody
    answer = UnrunsRow
    of_many = True

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [one["ticket"] for one in told.get("results", ())]

    def target(self, **where: Any) -> None:
        """The body says what."""

    def act(self, target: None, words: dict[str, Any]) -> dict[str, Any]:
        told = unrun(words["gesture"], by=self.user, now=timezone.now())
        if not told:
            raise Http404
        return {"results": told}
