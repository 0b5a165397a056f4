"""What is ignored around an account, and what is made of one activity of its stream, as its pages do it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from kapture.api_base import Act, Body, Id, Listing, Moment, Row, Words
from twitter_integration.api.base import OfAnAccount
from twitter_integration.console import who
from twitter_integration.console.action import Scope
from twitter_integration.console.fields import BadInput
from twitter_integration.models import Event, Ignored, PartnerAccount
from twitter_integration.models.ignored import LONGEST_WORDS
from twitter_integration.stream import ignoring
from twitter_integration.stream.kinds import kinds_of
from twitter_integration.stream.making import Made, make_ticket


class MadeRow(Row):
    """The ticket that an activity is on."""

    ticket = Id(allow_null=True, help_text="Null where it is on one out of sight.")
    before = serializers.BooleanField(help_text="It was on that ticket already.")
    sentence = Words()


class MakeTicket(OfAnAccount, Act):
    """Makes a ticket of one activity, where it would have gone if it had not been counted or ignored. Twice is once.
    The token needs `accounts:read` too."""

    title = "Make a ticket of an activity"
    scope = "tickets:write"
    answer = MadeRow

    def target(self, **where: Any) -> tuple[PartnerAccount, Event]:
        account = self.account(where["key"])
        kinds = kinds_of("", private=who.may(self.request.user, Scope.PRIVATE)) or ()
        rows = Event.objects.filter(account_id=account.page_id, kind__in=[kind.value for kind in kinds])
        return account, get_object_or_404(rows, pk=where["pk"])

    def act(self, target: tuple[PartnerAccount, Event], words: dict[str, Any]) -> dict[str, Any]:
        made: Made = make_ticket(*target, by=self.user, now=timezone.now())
        return {"ticket": made.ticket, "before": made.before, "sentence": made.sentence}


class IgnoredRow(Row):
    """An author or words that are ignored, or were."""

    id = Id()
    person = Words(source="person_key", help_text="X's id of an author; empty for words.")
    handle = Words(help_text="As the author was called then.")
    words = Words(help_text="Empty for an author.")
    until = Moment(allow_null=True, help_text="Null: until it is taken back.")
    count = serializers.IntegerField(help_text="How often it held.")
    last_at = Moment(allow_null=True)
    by = Words(source="by_name")
    made_at = Moment()
    ended_at = Moment(allow_null=True)
    ended_by = Words()
    holds = serializers.SerializerMethodField(help_text="Whether it is ignored at present.")

    def get_holds(self, row: Ignored) -> bool:
        return row.holds(timezone.now())


class AccountIgnored(OfAnAccount, Listing):
    """Whom and what is ignored around an account, and was before; the latest first."""

    title = "What is ignored"
    scope = "accounts:read"
    answer = IgnoredRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Ignored]:
        return ignoring.ignored_of(self.account(where["key"]))


class IgnoreBody(Body):
    person = Words(required=False, max_length=20, help_text="X's id of an author.")
    handle = Words(required=False, max_length=50, help_text="What they are called, to show.")
    words = Words(required=False, max_length=LONGEST_WORDS, help_text="They stand in what is said, in whatever case.")
    until = Moment(required=False, help_text="Without it: until it is taken back.")


class Ignore(OfAnAccount, Act):
    """An author or words are ignored from now on: what they say opens no ticket, and stays on the stream. What is
    ignored already takes the new end."""

    title = "Ignore an author or words"
    scope = "accounts:act"
    body = IgnoreBody
    answer = IgnoredRow
    status = 201

    def target(self, **where: Any) -> PartnerAccount:
        return self.account(where["key"])

    def act(self, target: PartnerAccount, words: dict[str, Any]) -> Ignored:
        facts: dict[str, Any] = {"until": words.get("until"), "by": self.user, "now": timezone.now()}
        if ("person" in words) == ("words" in words):
            raise BadInput("person", _("Either an author or words are wanted."))
        if "person" in words:
            return ignoring.ignore_author(target, words["person"], handle=words.get("handle", ""), **facts)
        return ignoring.ignore_words(target, words["words"], **facts)


class TakeBack(OfAnAccount, Act):
    """It is ignored no longer. What was ignored meanwhile stays as it is."""

    title = "Ignore no longer"
    scope = "accounts:act"
    answer = IgnoredRow

    def target(self, **where: Any) -> Ignored:
        return get_object_or_404(ignoring.ignored_of(self.account(where["key"])), pk=where["pk"])

    def act(self, target: Ignored, words: dict[str, Any]) -> Ignored:
        return ignoring.take_back(target, by=self.user, now=timezone.now())
