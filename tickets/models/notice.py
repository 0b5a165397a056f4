"""What people of ours are told, how they want to be told and to see the desk, and what became of their mail."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import NoticeEvent, NoticeWay, Theme, WatchReason
from tickets.models.departed import Doer
from tickets.notices.wishes import after_quiet

LONGEST_REASON = 300


class Notice(models.Model):
    """One thing one person is told: a line of a ticket's history, or what is on no ticket. No word anybody said."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False, verbose_name=_("person")
    )
    event = models.CharField(_("event"), max_length=10, choices=NoticeEvent)
    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, null=True, related_name="notices", verbose_name=_("ticket")
    )
    line = models.BigIntegerField(_("line of the history"), null=True, editable=False)
    actor = Doer(
        settings.AUTH_USER_MODEL,
        null=True,
        db_index=False,
        verbose_name=_("who"),
    )
    data = models.JSONField(_("data"), default=dict)
    private = models.BooleanField(_("private"), default=False)
    at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read"), null=True)
    # How it goes by mail, if at all, and when it went.
    way = models.CharField(_("by mail"), max_length=6, choices=NoticeWay, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "line"], condition=Q(line__isnull=False), name="notice_once")
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["person", "ticket"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["at"], name="notice_by_age"),
            models.Index(fields=["id"], condition=Q(event="approval", read_at__isnull=True), name="notice_to_settle"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.person_id}"


class NoticeSettings(models.Model):
    """How a person wants to be told and to see the desk, and the state of their mail. Without a row everything is as it
    comes. Read with the person (tickets/zones/backend.py), so what every page asks for costs nothing."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notice_settings",
        verbose_name=_("person"),
    )
    ways = models.JSONField(_("ways"), default=dict, help_text=_("Where they differ from what comes: event → way."))
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, help_text=_("As Europe/Berlin."))
    # Empty: as the cookie of this browser says.
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, blank=True, default="", db_default="")
    # Empty: as the browser asks.
    language = models.CharField(_("language"), max_length=8, blank=True, default="", db_default="")
    single_keys = models.BooleanField(_("single keys do something"), default=True, db_default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    toasts = models.BooleanField(_("show urgent ones at once"), default=True)
    watch_mine = models.BooleanField(_("watch what was mine"), default=True)
    watch_answered = models.BooleanField(_("watch what I answered"), default=True)
    # Last week's figures by mail, for who may see the reports (tickets/weekly).
    weekly_report = models.BooleanField(_("weekly report"), default=False, db_default=False)
    mail_off_at = models.DateTimeField(_("mail turned off"), null=True, blank=True)
    mail_due_at = models.DateTimeField(_("next mail"), null=True, blank=True)
    mail_claimed_until = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    mailed_at = models.DateTimeField(_("last mail"), null=True, blank=True)
    mail_stopped_at = models.DateTimeField(_("mail given up"), null=True, blank=True)
    mail_reason = models.CharField(_("what went wrong"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")
        indexes = [models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="notice_mail_due")]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @property
    def spoken(self) -> str:
        """The language to write to them in, where no browser asks for one."""
        return self.language if self.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def clean(self) -> None:
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("There is no such time zone. Write it as Europe/Berlin.")})
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": _("Quiet hours have a beginning and an end.")})

    def is_quiet(self, moment: datetime) -> bool:
        return after_quiet(moment, self.quiet_from, self.quiet_until, zone=self.zone) != moment


class NoticeReader(models.Model):
    """How far the histories were read for whom to tell (tickets/reading/changes.py): one row."""

    name = models.CharField(max_length=20, primary_key=True)
    changed = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Watch(models.Model):
    """Somebody wants to know what happens on a ticket. Whether they may is asked whenever they are told, and read."""

    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, related_name="watches", db_index=False, verbose_name=_("ticket")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches", verbose_name=_("person")
    )
    why = models.CharField(_("why"), max_length=10, choices=WatchReason, default=WatchReason.CHOSEN)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watch_once")]


class Presence(models.Model):
    """Somebody has a ticket open at this moment. Old rows mean nothing; the sweep drops them."""

    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, related_name="presences", db_index=False, verbose_name=_("ticket")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    seen_at = models.DateTimeField(_("seen"))
    typing_at = models.DateTimeField(_("typing"), null=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="presence_once")]
