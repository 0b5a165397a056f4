"""What waits for approval of one statement, decided at once (tickets/views/approving_all.py)."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from kapture.api_base import Body, Id, Row, Words
from tickets.api.base import DeskAct
from tickets.incidents import letting_go
from tickets.models import Statement
from tickets.models.approval import LONGEST_WHY
from tickets.permissions import may


class LeftToDecideRow(Row):
    """One that was left as it is."""

    ticket = Id()
    reason = Words(help_text="Why.")


class DecidedRow(Row):
    """What became of those that waited for you."""

    done = serializers.ListField(child=Id(), help_text="The tickets whose answers were decided.")
    left = LeftToDecideRow(many=True, help_text="What could not be; each still waits.")
    others = serializers.IntegerField(help_text="So many wait for somebody else.")


class OfWaiting(DeskAct):
    scope = "replies:send"
    answer = DecidedRow
    of_many = True

    def check_role(self, request: Request) -> None:
        super().check_role(request)
        if not may(request.user, "approve"):
            raise Http404

    def target(self, **where: Any) -> Statement:
        return get_object_or_404(letting_go.statements_for(self.user), pk=where["pk"])

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [*told.get("done", ()), *(one["ticket"] for one in told.get("left", ()))]

    def decided(self, told: letting_go.Decided) -> dict[str, Any]:
        left = [{"ticket": ticket, "reason": why} for ticket, why in told.left.items()]
        return {"done": told.done, "left": left, "others": told.others}


class ApproveStatement(OfWaiting):
    """Let all of it go that waits for you and is told still, each as if it were approved alone. 409 where nothing
    waits for you any more."""

    title = "Approve a statement"

    def act(self, target: Statement, words: dict[str, Any]) -> dict[str, Any]:
        return self.decided(letting_go.approve_all(target, by=self.user, now=timezone.now()))


class SendBackStatementBody(Body):
    reason = Words(required=False, max_length=LONGEST_WHY, help_text="Needed, unless `void` is said.")
    void = serializers.BooleanField(required=False, help_text="Only what is not told any more, with why.")


class SendBackStatement(OfWaiting):
    """Give all of it back that waits for you, with the reason. 409 where nothing waits for you any more."""

    title = "Send a statement back"
    body = SendBackStatementBody

    def act(self, target: Statement, words: dict[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {"by": self.user, "now": timezone.now()}
        if words.get("void"):
            return self.decided(letting_go.clear(target, **facts))
        return self.decided(letting_go.send_back_all(target, reason=words.get("reason", ""), **facts))
