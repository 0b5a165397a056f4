"""Answers and notes: what the composer does (tickets/views/writing.py)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.request import Request

from kapture.api_base import Body, GivenFile, Id, Moment, Row, Words
from tickets import replies
from tickets.api.base import DeskAct, message_or_404, ticket_or_404, whole_posts
from tickets.api.rows import WORDING, MessageRow, PersonRow
from tickets.approving.foretelling import foretell
from tickets.composing.answering import LONGEST_TEXT, measure
from tickets.composing.enclosing import enclose
from tickets.composing.targets import answerable
from tickets.errors import CannotChange, CannotSend, NeedsParts
from tickets.models import Message, Ticket
from tickets.sending.leaving import leave
from tickets.sending.terms import Terms


class OnTicket(DeskAct):
    """Writes on one ticket."""

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])


MOST_FILES = 4  # no channel takes more; what one takes and how large, it says itself


class NoteBody(Body):
    text = Words(max_length=LONGEST_TEXT, trim_whitespace=False, help_text="`@username` tells a colleague.")
    unheard = serializers.BooleanField(
        required=False, default=False, help_text="Save it although it names colleagues who may not see the ticket."
    )


class WriteNote(OnTicket):
    """For colleagues only; nobody else ever sees it."""

    title = "Write a note"
    scope = "tickets:write"
    body = NoteBody
    answer = MessageRow
    status = 201

    def act(self, target: Ticket, words: dict[str, Any]) -> Message:
        made = replies.note(target, by=self.user, now=timezone.now(), **words)
        return message_or_404(self.user, made.pk)


UNNAMED = gettext_noop("A private answer names no public message: leave out which one it answers.")


class ReplyBody(Body):
    text = Words(max_length=LONGEST_TEXT, trim_whitespace=False, allow_blank=True, help_text="Empty only with files.")
    private = serializers.BooleanField(help_text="A private message, or an answer everybody sees.")
    in_reply_to = Id(
        required=False,
        help_text="The message to be answered, of the same visibility; without it, the customer's latest that can be.",
    )
    at = Moment(required=False, help_text="Not before this moment.")
    seen = Id(required=False, help_text="The newest message you have read: with news since it is refused (409).")
    wording = Id(required=False, help_text=WORDING)
    parts = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="A text too long for one message may go as that many."
    )
    repeat = serializers.BooleanField(required=False, help_text="The same words may be said again.")
    spares = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        max_length=100,
        help_text="Whom a public answer is not to notify, by their id in the spans of what it answers.",
    )
    files = serializers.ListField(child=GivenFile(), required=False, max_length=MOST_FILES, help_text="In this order.")


class Reply(OnTicket):
    """Answer the customer. It waits for the undo window, and then for its turn; `sending` says where it is.

    Ask `may-send` first where it matters: what the channel forbids is refused with its reason (422). A long text is
    refused with the parts it would go as (409, `needs_parts`, in `fields.parts`); send it again with their number.
    """

    title = "Answer"
    scope = "replies:send"
    body = ReplyBody
    answer = MessageRow
    status = 201

    def act(self, target: Ticket, words: dict[str, Any]) -> Message:
        text, private, pk = words.pop("text"), words.pop("private"), words.pop("in_reply_to", None)
        to = answerable(target, private=private, pk=pk) if pk is not None else None
        if pk is not None and to is None:
            public = private and answerable(target, private=False, pk=pk)
            raise CannotSend(_(UNNAMED if public else replies.GONE))
        files = [enclose(**given) for given in words.pop("files", ())]
        now, terms = timezone.now(), Terms(**words)
        made = replies.reply(
            target, text=text, private=private, by=self.user, now=now, in_reply_to=to, files=files, terms=terms
        )
        return message_or_404(self.user, made.pk)

    def details(self, refusal: Exception) -> dict[str, list[str]]:
        return {"parts": list(refusal.parts)} if isinstance(refusal, NeedsParts) else {}


class MeasureBody(Body):
    text = Words(max_length=LONGEST_TEXT, allow_blank=True, trim_whitespace=False)
    private = serializers.BooleanField()


class ForetoldRow(Row):
    """That somebody else would have to let it go."""

    rule = Words(help_text="The rule that asks for it.")
    word = Words(help_text="The word that was found in it.")
    people = PersonRow(many=True, help_text="Who may let it go.")


class LengthRow(Row):
    """How long a text counts, and whether it would have to be approved."""

    length = serializers.IntegerField()
    maximum = serializers.IntegerField()
    remaining = serializers.IntegerField(help_text="Below zero: too long.")
    approval = ForetoldRow(allow_null=True, help_text="null: it goes without anybody's approval.")


class MeasureText(OnTicket):
    """How long a text counts on the ticket's channel, and whether somebody else would have to let it go. Changes
    nothing."""

    title = "Measure a text"
    body = MeasureBody
    answer = LengthRow

    def act(self, target: Ticket, words: dict[str, Any]) -> Any:
        text, private = words["text"], words["private"]
        limits = measure(target.address, text, private=private)
        told = foretell(target, text=text, by=self.user, ways=(private,))
        return {
            "length": limits.length,
            "maximum": limits.maximum,
            "remaining": limits.remaining,
            "approval": told.get(private),
        }


class OnMessage(DeskAct):
    """Does something to one message of ours: an answer, or a post or quote on no ticket, with the scope that posts."""

    scope = "replies:send"

    def scope_needed(self, method: str) -> str:
        return "accounts:act" if self._is_post() else self.scope

    def check_role(self, request: Request) -> None:
        if not self._is_post():
            super().check_role(request)

    def _is_post(self) -> bool:
        return whole_posts(self.user).filter(pk=self.kwargs["pk"]).exists()

    def target(self, **where: Any) -> Message:
        return message_or_404(self.user, where["pk"])


class TextRow(Row):
    """The words that were taken back."""

    text = Words()
    ticket = Id(allow_null=True, help_text="Where it was to be said; null: a post of ours on no ticket.")


class UndoReply(OnMessage):
    """Take an answer, a post or a quote back before it is out; its text comes back, the message is gone. For a post the
    token needs `accounts:act`."""

    title = "Take back"
    answer = TextRow

    def act(self, target: Message, words: dict[str, Any]) -> dict[str, Any]:
        ticket = target.ticket_id
        return {"text": replies.undo(target, by=self.user, now=timezone.now()), "ticket": ticket}


class RetryBody(Body):
    repeat = serializers.BooleanField(
        required=False, help_text="It may go although somebody said the same to them since it was written."
    )


class RetryReply(OnMessage):
    """Send an answer again that failed, or a post or a quote (with the scope `accounts:act`). Refused where they write
    in private on another ticket by now (422), and where somebody said the same since (409, `said_before`)."""

    title = "Try again"
    body = RetryBody
    answer = MessageRow

    def act(self, target: Message, words: dict[str, Any]) -> Message:
        replies.try_again(target, by=self.user, now=timezone.now(), repeat=words.get("repeat", False))
        return message_or_404(self.user, target.pk)


class LeaveReply(OnMessage):
    """Leave an answer, a post or a quote unsent that failed, with what waits behind it. It can still be tried again."""

    title = "Leave unsent"
    answer = MessageRow

    def act(self, target: Message, words: dict[str, Any]) -> Message:
        if not hasattr(target, "outbox"):
            raise CannotChange(_("Only what was not sent can be left unsent."))
        leave(target.outbox, by=self.user, now=timezone.now())
        return message_or_404(self.user, target.pk)
