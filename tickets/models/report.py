"""The figures of past days, added up once: what the reports read (tickets/reports)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.departed import Doer
from tickets.models.notice import LONGEST_REASON


class ReportReader(models.Model):
    """How far the changes of tickets and messages were read. One row."""

    ticket_changed = models.BigIntegerField(default=0)
    ticket_number = models.BigIntegerField(default=0)
    message_changed = models.BigIntegerField(default=0)
    message_number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return "reports"


class ReportDay(models.Model):
    """A day from midnight to midnight in one time zone: when its figures were added up, and whether they are to be anew
    because something of that day was changed, or came late."""

    zone = models.CharField(_("time zone"), max_length=64)
    day = models.DateField(_("day"))
    stale = models.BooleanField(_("to be added up"), default=True)
    figured_at = models.DateTimeField(_("added up"), null=True, blank=True)

    class Meta:
        verbose_name = _("day of the reports")
        verbose_name_plural = _("days of the reports")
        constraints = [models.UniqueConstraint(fields=["zone", "day"], name="one_report_day")]
        indexes = [models.Index(fields=["-day"], condition=Q(stale=True), name="report_day_stale")]

    def __str__(self) -> str:
        return f"{self.day} {self.zone}"


class ReportPart(models.TextChoices):
    """What a line adds up: the whole day; one queue, account, agent, tag or search query of it, for who sees all; one
    queue, account and privacy together, and of these one agent, one tag, or one search query, for everybody else and
    for narrower questions."""

    WHOLE = "whole", _("Everything")
    QUEUE = "queue", _("Queue")
    ACCOUNT = "account", _("Account")
    AGENTS = "agents", _("Agent, of everything")
    TAGS = "tags", _("Tag, of everything")
    SEARCHES = "searches", _("Search query, of everything")
    PLACE = "place", _("Queue, account and privacy")
    AGENT = "agent", _("Agent")
    TAG = "tag", _("Tag")
    SEARCH = "search", _("Search query")


def _numbers() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.IntegerField(), default=list)


class ReportLine(models.Model):
    """The figures of one part of a day; their definitions are told by tickets/reports/definitions.py. In which hour
    something was said, and how long something took (seconds, rounded up), is kept as values and how often each was, so
    that days can be put together and still have percentiles."""

    day = models.ForeignKey(ReportDay, models.CASCADE, related_name="lines", db_index=False)
    part = models.CharField(max_length=8, choices=ReportPart)
    queue = models.ForeignKey("tickets.Queue", models.CASCADE, null=True, related_name="+", db_index=False)
    address = models.ForeignKey("tickets.Address", models.CASCADE, null=True, related_name="+", db_index=False)
    private = models.BooleanField(null=True)
    agent = Doer(settings.AUTH_USER_MODEL, null=True, db_index=False)
    tag = models.ForeignKey("tickets.Tag", models.CASCADE, null=True, related_name="+", db_index=False)
    search = models.ForeignKey("tickets.SearchLabel", models.CASCADE, null=True, related_name="+", db_index=False)
    received = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0)
    automatic = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    first_kept = models.PositiveIntegerField(default=0)
    first_missed = models.PositiveIntegerField(default=0)
    first_delayed = models.PositiveIntegerField(default=0)
    next_kept = models.PositiveIntegerField(default=0)
    next_missed = models.PositiveIntegerField(default=0)
    next_delayed = models.PositiveIntegerField(default=0)
    resolution_kept = models.PositiveIntegerField(default=0)
    resolution_missed = models.PositiveIntegerField(default=0)
    resolution_delayed = models.PositiveIntegerField(default=0)
    received_hours = _numbers()
    received_counts = _numbers()
    answers_hours = _numbers()
    answers_counts = _numbers()
    first_lengths = _numbers()
    first_counts = _numbers()
    next_lengths = _numbers()
    next_counts = _numbers()
    resolved_lengths = _numbers()
    resolved_counts = _numbers()

    class Meta:
        verbose_name = _("line of the reports")
        verbose_name_plural = _("lines of the reports")
        indexes = [models.Index(fields=["day", "part", "queue"], name="report_line_of_queue")]

    def __str__(self) -> str:
        return f"{self.part} {self.day_id}"


class WeeklyReport(models.Model):
    """A week of the reports that is mailed to one person, once: whoever claims its row prepares the mail, and says so
    before the mail server is asked. From then on (`ended_at`) it is tried no more, unless the server told that it did
    not take it (tickets/weekly/claiming.py)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    # Until then nobody else prepares it; after a try that failed, when it is tried again.
    claimed_until = models.DateTimeField(_("next try"), null=True, blank=True)
    ended_at = models.DateTimeField(_("over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reason = models.CharField(_("what went wrong"), max_length=LONGEST_REASON, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        ordering = ["-week", "person_id"]
        constraints = [models.UniqueConstraint(fields=["person", "week"], name="weekly_report_once")]

    def __str__(self) -> str:
        return f"{self.week} → {self.person_id}"
