"""Answers that wait for somebody to let them go: what the page "To approve" does (tickets/views/approving.py)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets.api.base import DeskAct, DeskListing, message_or_404, ticket_or_404
from tickets.api.rows import GONE_HELP, WORDING, MessageRow, PersonRow
from tickets.approving.deciding import approve, decided, send_back, waiting
from tickets.approving.kept import approvals_on
from tickets.composing.answering import LONGEST_TEXT
from tickets.models import Approval, Message
from tickets.models.approval import LONGEST_WHY
from tickets.models.departed import gone_name, with_doer
from tickets.permissions import may


class ApprovalRow(Row):
    """An answer that waits, or what became of it."""

    id = Id()
    message = Id(source="message_id", allow_null=True, help_text="Null once its words went back, or it was taken back.")
    ticket = Id(source="message.ticket_id", allow_null=True, default=None)
    text = Words(source="message.text", default="", help_text="Of a thread its first part.")
    writer = PersonRow(allow_null=True, help_text="Null once they were deleted.")
    writer_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    rule = Words(source="rule.name", default="", help_text="The rule that asks for it.")
    word = Words(help_text="The word that was found in it.")
    asked_at = Moment()
    expires_at = Moment(help_text="Then its words go back to who wrote it.")
    state = Words(help_text="waiting, approved, sent_back, expired")
    reason = Words(help_text="Why it went back.")
    decided_by = PersonRow(allow_null=True)
    decided_by_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    decided_at = Moment(allow_null=True)
    written = Words(
        help_text="As its writer wrote it: where whoever let it go changed it, or where it went back. Else empty."
    )
    let_go = Words(help_text="As it was let go: where it was taken back or not told after all. Else empty.")

    def get_writer_gone(self, approval: Approval) -> str | None:
        return gone_name(approval, "writer")

    def get_decided_by_gone(self, approval: Approval) -> str | None:
        return gone_name(approval, "decided_by")


def _whole(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    return with_doer(with_doer(approvals.select_related("message__ticket", "rule"), "writer"), "decided_by")


class Approvals(DeskListing):
    """What the caller may decide: not their own, and of private messages only with the right to read them."""

    title = "To approve"
    scope = "replies:send"
    answer = ApprovalRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Approval]:
        return _whole(waiting(self.user))


class TicketApprovals(DeskListing):
    """The answers on a ticket that waited for approval, or wait, and what became of them. What went back to its writer
    is told to them, to who may let answers go there, and to auditors."""

    title = "A ticket's approvals"
    answer = ApprovalRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Approval]:
        ticket = ticket_or_404(self.user, where["pk"])
        return _whole(approvals_on(ticket, by=self.user))


class Decides(DeskAct):
    scope = "replies:send"

    def check_role(self, request: Request) -> None:
        super().check_role(request)
        if not may(request.user, "approve"):
            raise Http404

    def target(self, **where: Any) -> Approval:
        found = _whole(waiting(self.user)).filter(pk=where["pk"]).first()
        return found or get_object_or_404(_whole(decided(self.user)), pk=where["pk"])


class ApproveBody(Body):
    text = Words(
        required=False, max_length=LONGEST_TEXT, trim_whitespace=False, help_text="As it is to read; both are kept."
    )
    seen = Id(required=False, help_text="The newest message you have read: with news after it, it is refused (409).")
    wording = Id(required=False, help_text=WORDING)
    repeat = serializers.BooleanField(required=False, help_text="The same words may be said again.")


class ApproveReply(Decides):
    """Let an answer go, behind the undo window or at its moment. 409 says who decided before, that it was taken back,
    or that somebody wrote since (`news_since`)."""

    title = "Approve"
    body = ApproveBody
    answer = MessageRow

    def act(self, target: Approval, words: dict[str, Any]) -> Message:
        made = approve(target, by=self.user, now=timezone.now(), **words)
        return message_or_404(self.user, made.pk)


class SendBackBody(Body):
    reason = Words(max_length=LONGEST_WHY)


class SentBackRow(ApprovalRow):
    """What went back, and on which ticket it waited."""

    ticket = Id(source="waited_on", allow_null=True)


class SendBackReply(Decides):
    """Give its words back to who wrote it, with the reason; they are that person's draft again."""

    title = "Send back"
    body = SendBackBody
    answer = SentBackRow

    def act(self, target: Approval, words: dict[str, Any]) -> Approval:
        ticket = target.message.ticket_id if target.message is not None else None
        send_back(target, by=self.user, now=timezone.now(), reason=words["reason"])
        back = _whole(Approval.objects.all()).get(pk=target.pk)
        back.waited_on = ticket  # type: ignore[attr-defined]  # for the row alone
        return back
