"""Canned replies: those somebody is offered, their own, and the text for one customer."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import ApiError, Body, Id, Moment, Query, Row, Words
from kapture.languages import say
from tickets.api.base import DeskAct, DeskDetail, DeskListing, OfTheDesk, ticket_or_404
from tickets.composing.targets import answerable
from tickets.models import CannedReply, CannedText, Ticket
from tickets.models.canned_reply import LONGEST_CANNED
from tickets.permissions import require
from tickets.phrases.choosing import is_language
from tickets.phrases.offering import Offer, offers
from tickets.phrases.placeholders import faults
from tickets.phrases.shelf import insert, own, usable


class CannedTextRow(Row):
    """One wording of a canned reply."""

    audience = serializers.ChoiceField(
        CannedText.Audience.choices, help_text="Empty: public and private. `private`: never in public."
    )
    language = Words(help_text="Empty: for every other language.")
    text = Words(help_text="With its placeholders.")


class CannedRow(Row):
    """A canned reply."""

    id = Id()
    title = Words()
    shortcut = Words()
    category = Words()
    own = serializers.SerializerMethodField(help_text="The caller's own, and theirs to change.")
    uses = serializers.IntegerField()
    last_used_at = Moment(allow_null=True)
    texts = CannedTextRow(many=True)

    def get_own(self, reply: CannedReply) -> bool:
        return reply.owner_id is not None


class CannedReplies(DeskListing):
    """What the caller is offered: their own, and what is for everybody or for a team of theirs."""

    title = "Canned replies"
    answer = CannedRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[CannedReply]:
        return usable(self.user).prefetch_related("texts")


class OneCannedReply(DeskDetail):
    """One canned reply with its texts."""

    title = "One canned reply"
    answer = CannedRow

    def rows(self) -> QuerySet[CannedReply]:
        return usable(self.user).prefetch_related("texts")


class CannedTextBody(Body):
    audience = serializers.ChoiceField(["", "public", "private"], required=False, default="")
    language = serializers.RegexField(r"^[A-Za-z-]{0,12}$", required=False, default="", allow_blank=True)
    text = Words(max_length=LONGEST_CANNED, trim_whitespace=False)

    def validate_language(self, language: str) -> str:
        if not is_language(language):
            raise serializers.ValidationError(_("No message is in such a language."))
        return language

    def validate_text(self, text: str) -> str:
        if told := faults(text):
            raise serializers.ValidationError([say(one) for one in told])
        return text


class CannedBody(Body):
    title = Words(max_length=100)
    shortcut = serializers.RegexField(r"^[A-Za-z0-9_-]{0,40}$", required=False, default="", allow_blank=True)
    category = Words(max_length=80, required=False, default="", allow_blank=True)
    texts = serializers.ListField(child=CannedTextBody(), min_length=1, max_length=20)

    def validate_texts(self, texts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({(one["audience"], one["language"].lower()) for one in texts}) < len(texts):
            raise serializers.ValidationError(_("Two texts are for the same audience and language."))
        return texts


class WritesCanned(DeskAct):
    """Writes one of the caller's own."""

    scope = "replies:send"
    answer: ClassVar[type[serializers.Serializer[Any]]] = CannedRow

    def target(self, **where: Any) -> CannedReply:
        require(self.user, "send")
        return get_object_or_404(own(self.user), pk=where["pk"])

    @transaction.atomic
    def save(self, row: CannedReply, words: dict[str, Any]) -> CannedReply:
        """The row's lock comes before that of the shortcuts, as in the admin."""
        if row.pk:
            CannedReply.objects.select_for_update(no_key=True).filter(pk=row.pk).first()
        if (other := row.who_has(words["shortcut"])) is not None:
            taken = _("The shortcut {shortcut} is taken by ‘{title}’.")
            told = taken.format(shortcut=words["shortcut"], title=other.title)
            raise ApiError(409, "cannot_change", told)
        row.title, row.shortcut, row.category = words["title"], words["shortcut"], words["category"]
        row.save()
        row.texts.all().delete()
        for one in words["texts"]:
            row.texts.create(**(one | {"language": one["language"].lower()}))
        return usable(self.user).prefetch_related("texts").get(pk=row.pk)


class WriteCannedReply(WritesCanned):
    """Keep a canned reply of your own. What is for everybody is set up in the admin."""

    title = "Keep a canned reply"
    body = CannedBody
    status = 201

    def target(self, **where: Any) -> CannedReply:
        require(self.user, "send")
        return CannedReply(owner_id=self.user.pk)

    def act(self, target: CannedReply, words: dict[str, Any]) -> CannedReply:
        return self.save(target, words)


class ChangeCannedReply(WritesCanned):
    """Change one of your own; its texts are replaced."""

    title = "Change a canned reply"
    body = CannedBody

    def act(self, target: CannedReply, words: dict[str, Any]) -> CannedReply:
        return self.save(target, words)


class DeletedRow(Row):
    """What was deleted."""

    id = Id()
    title = Words()


class DeleteCannedReply(WritesCanned):
    """Delete one of your own."""

    title = "Delete a canned reply"
    answer = DeletedRow

    def act(self, target: CannedReply, words: dict[str, Any]) -> dict[str, Any]:
        was = {"id": target.pk, "title": target.title}
        target.delete()
        return was


class FillBody(Body):
    private = serializers.BooleanField(help_text="For a private message, or an answer everybody sees.")
    in_reply_to = Id(required=False, help_text="The message to be answered; without it, the customer's latest.")


class FilledRow(Row):
    """A canned reply as it would stand in an answer."""

    text = Words()
    language = Words(help_text="Of the text chosen; empty: of no language in particular.")
    gaps = serializers.ListField(
        child=serializers.CharField(), help_text="Placeholders of which nothing is known; they still stand in the text."
    )


class FillCannedReply(DeskAct):
    """The text for this ticket's customer, by the way it is said and their language. It counts as a use, and sends
    nothing: an answer with a placeholder left in it is refused."""

    title = "Fill in a canned reply"
    scope = "replies:send"
    body = FillBody
    answer = FilledRow

    def target(self, **where: Any) -> tuple[Ticket, CannedReply]:
        ticket = ticket_or_404(self.user, where["pk"])
        return ticket, get_object_or_404(usable(self.user), pk=where["canned"])

    def act(self, target: tuple[Ticket, CannedReply], words: dict[str, Any]) -> dict[str, Any]:
        (ticket, reply), private = target, words["private"]
        require(self.user, "send", *(("see_private",) if private else ()))
        to = answerable(ticket, private=private, pk=words.get("in_reply_to"))
        made = insert(reply, ticket, private=private, by=self.user, now=timezone.now(), to=to)
        return {"text": made.text, "language": made.language, "gaps": list(made.gaps)}


MOST_OFFERED = 50


class OffersQuery(Query):
    private = serializers.BooleanField(help_text="For a private message, or an answer everybody sees.")
    in_reply_to = Id(required=False, help_text="The message to be answered; without it, the customer's latest.")
    q = Words(required=False, max_length=100, help_text="A shortcut, or part of a title, a category or the words.")


class OfferRow(FilledRow):
    """A canned reply with the words that would be put in."""

    id = Id()
    title = Words()
    shortcut = Words()
    category = Words()
    length = serializers.IntegerField(help_text="As the channel counts it.")
    maximum = serializers.IntegerField(help_text="The longest one message may be.")

    def to_representation(self, offer: Offer) -> Any:
        named = {name: getattr(offer.reply, name) for name in ("title", "shortcut", "category")}
        made, length = offer.made, offer.length
        said = {"text": made.text, "language": made.language, "gaps": list(made.gaps)}
        return said | {"id": str(offer.reply.pk)} | named | {"length": length.length, "maximum": length.maximum}


class OffersRow(Row):
    """Those that fit, the likeliest first."""

    canned_replies = OfferRow(many=True)


class OfferedOnTicket(OfTheDesk):
    """The canned replies that may be said this way on a ticket, each with the words for its customer: at most 50, the
    likeliest first. None of it counts as a use."""

    title = "Canned replies for a ticket"
    query = OffersQuery
    answer = OffersRow

    def get(self, request: Request, **where: Any) -> Response:
        ticket, asked = ticket_or_404(self.user, where["pk"]), self.asked(request)
        private = asked["private"]
        require(self.user, "send", *(("see_private",) if private else ()))
        to = answerable(ticket, private=private, pk=asked.get("in_reply_to"))
        found = offers(ticket, asked.get("q", ""), private=private, by=self.user, to=to, most=MOST_OFFERED)
        return self.tell({"canned_replies": found})
