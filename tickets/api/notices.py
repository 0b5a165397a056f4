"""What the caller is told, and who watches tickets (tickets/views/notices.py)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, Facts, Id, Moment, Paged, Row, WallTime, Words
from tickets.api.base import DeskAct, DeskListing, OfTheDesk, ticket_or_404
from tickets.api.rows import GONE_HELP
from tickets.choices import NoticeEvent, NoticeWay, Theme, WatchReason
from tickets.errors import UnfitValue
from tickets.models import Notice, NoticeSettings, Ticket
from tickets.models.departed import gone_name, with_doer
from tickets.notices import watching
from tickets.notices.choosing import FIELDS, change, settings_of, wishes_of
from tickets.notices.excerpts import first_words
from tickets.notices.reading import mark_read, seen_notices
from tickets.notices.trying import send_test_mail
from tickets.notices.words import sentence

MOST_READ = 1_000


class NoticeRow(Row):
    """One thing the caller is told."""

    id = Id(source="pk")
    event = serializers.ChoiceField(NoticeEvent.choices)
    sentence = serializers.SerializerMethodField()
    ticket = Id(source="ticket_id", allow_null=True)
    by = Words(
        source="actor.username", default=None, allow_null=True, help_text="null: nobody in person, or see `by_gone`."
    )
    by_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    words = serializers.SerializerMethodField(
        help_text="The first words of the note or message, or of what the customer said last; empty where there are"
        " none."
    )
    facts = Facts(source="data", help_text="Keys and figures of ours.")
    private = serializers.BooleanField()
    at = Moment()
    read_at = Moment(allow_null=True)

    def get_by_gone(self, row: Notice) -> str | None:
        return gone_name(row)

    def get_sentence(self, row: Notice) -> str:
        return sentence(row)

    def get_words(self, row: Notice) -> str:
        said: dict[int, str] = self.context["said"]
        return said.get(row.pk, "")


class NoticesQuery(Paged):
    unread = serializers.BooleanField(required=False, default=False, help_text="Only what is not read yet.")


class Notices(DeskListing):
    """What the caller is told, the latest first, and only what they may see by now."""

    title = "Notices"
    query = NoticesQuery
    answer = NoticeRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Notice]:
        found = with_doer(seen_notices(self.user).select_related("ticket"))
        return found.filter(read_at=None) if asked.pop("unread", False) else found

    def knows(self, found: Sequence[Notice]) -> dict[str, Any]:
        return {"said": first_words(self.user, found)}


class ReadBody(Body):
    ids = serializers.ListField(child=Id(), required=False, max_length=MOST_READ, help_text="These alone.")
    ticket = Id(required=False, help_text="Those of this ticket.")


class ReadRow(Row):
    """What became of it."""

    read = serializers.IntegerField(help_text="How many were unread until now.")


class ReadNotices(DeskAct):
    """Mark notices of the caller as read: these, those of a ticket, or all of them."""

    title = "Mark notices as read"
    scope = "tickets:write"
    body = ReadBody
    answer = ReadRow

    def target(self, **where: Any) -> None:
        return None

    def act(self, target: None, words: dict[str, Any]) -> dict[str, Any]:
        ticket = ticket_or_404(self.user, words["ticket"]) if "ticket" in words else None
        pks = words.get("ids")
        return {"read": mark_read(self.user, now=timezone.now(), pks=pks, ticket=ticket)}


class WatcherRow(Row):
    """Somebody who watches a ticket."""

    id = Id(source="person_id")
    username = Words(source="person.username")
    why = serializers.ChoiceField(WatchReason.choices)
    since = Moment(source="at")


class WatchersRow(Row):
    """Who watches a ticket."""

    watchers = WatcherRow(many=True)


class Watchers(OfTheDesk):
    """Who is told what happens on a ticket, beside who has it; of those who may see it."""

    title = "A ticket's watchers"
    answer = WatchersRow

    def get(self, request: Request, **where: Any) -> Response:
        return self.tell({"watchers": watching.watchers_of(ticket_or_404(self.user, where["pk"]))})


class WatchTicket(DeskAct):
    """Be told what happens on it."""

    title = "Watch"
    scope = "tickets:write"
    answer = WatchersRow

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> dict[str, Any]:
        watching.watch(target, by=self.user, now=timezone.now())
        return {"watchers": watching.watchers_of(target)}


class UnwatchTicket(WatchTicket):
    """Not be told any more what happens on it, unless it is the caller's."""

    title = "Stop watching"

    def act(self, target: Ticket, words: dict[str, Any]) -> dict[str, Any]:
        watching.unwatch(target, by=self.user, now=timezone.now())
        return {"watchers": watching.watchers_of(target)}


class SettingsRow(Row):
    """How the caller is told, and sees the desk."""

    ways = serializers.DictField(child=serializers.ChoiceField(NoticeWay.choices), help_text="event → way, of each.")
    time_zone = Words(help_text="Empty: the installation's.")
    theme = serializers.ChoiceField(Theme.choices, allow_blank=True, help_text="Empty: as each browser has it.")
    language = Words(help_text="Of pages and mail. Empty: as each browser asks.")
    single_keys = serializers.BooleanField(help_text="Whether a letter alone does something on pages.")
    quiet_from = WallTime(allow_null=True)
    quiet_until = WallTime(allow_null=True)
    toasts = serializers.BooleanField()
    watch_mine = serializers.BooleanField()
    watch_answered = serializers.BooleanField()
    weekly_report = serializers.BooleanField(
        help_text="Whether the reports of last week are mailed, for who may see the reports."
    )
    mail = serializers.BooleanField(help_text="Whether mail is wanted at all.")
    mail_sent = serializers.BooleanField(help_text="Whether this desk sends mail at all.")
    mail_given_up = Words(help_text="Why mail to the caller was given up; empty where it was not.")


class NoticeSettingsOf(OfTheDesk):
    """How the caller is told of each event, and when not."""

    title = "How one is told"
    answer = SettingsRow

    def get(self, request: Request, **where: Any) -> Response:
        return self.tell(_settings(settings_of(self.user)))


class SettingsBody(Body):
    ways = serializers.DictField(
        child=serializers.ChoiceField(NoticeWay.choices), required=False, help_text="event → way, of those to change."
    )
    time_zone = Words(max_length=60, required=False, allow_blank=True)
    theme = serializers.ChoiceField(Theme.choices, required=False)
    language = Words(max_length=8, required=False, allow_blank=True)
    single_keys = serializers.BooleanField(required=False)
    quiet_from = WallTime(required=False, allow_null=True)
    quiet_until = WallTime(required=False, allow_null=True)
    toasts = serializers.BooleanField(required=False)
    watch_mine = serializers.BooleanField(required=False)
    watch_answered = serializers.BooleanField(required=False)
    weekly_report = serializers.BooleanField(required=False)
    mail = serializers.BooleanField(required=False)


class ChangeNoticeSettings(DeskAct):
    """Change what is named of it; where that is how one is told, mail that was given up is tried anew."""

    title = "Change how one is told"
    scope = "tickets:write"
    body = SettingsBody
    answer = SettingsRow

    def target(self, **where: Any) -> None:
        return None

    def act(self, target: None, words: dict[str, Any]) -> dict[str, Any]:
        try:
            return _settings(change(self.user, now=timezone.now(), **words))
        except UnfitValue as fault:
            raise serializers.ValidationError({fault.field: str(fault)}) from None


class TestMailRow(Row):
    to = Words(help_text="The address it went to.")


class TestMail(DeskAct):
    """Send the caller a mail, to see whether it arrives; refused, with the reason, where the mail server did not take
    it."""

    title = "Send a test mail"
    scope = "tickets:write"
    answer = TestMailRow
    in_transaction = False

    def target(self, **where: Any) -> None:
        return None

    def act(self, target: None, words: dict[str, Any]) -> dict[str, Any]:
        return {"to": send_test_mail(self.user)}


def _settings(wish: NoticeSettings) -> dict[str, Any]:
    told = {name: getattr(wish, name) for name in FIELDS}
    ways = {str(one.event): str(one.way) for one in wishes_of(wish)}
    stopped = wish.mail_reason if wish.mail_stopped_at else ""
    return told | {"ways": ways, "mail": not wish.mail_off_at, "mail_sent": settings.MAIL_ON, "mail_given_up": stopped}
