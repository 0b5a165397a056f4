"""What we promise (policy, targets) and how it runs on one ticket (clocks)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.choices import WAITING_STATUSES, Metric, Priority, Status

LONGEST_REASON = 200  # characters
A_YEAR = 365 * 24 * 60  # minutes


class SlaPolicy(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    business_hours = models.ForeignKey(
        "tickets.BusinessHours",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("business hours"),
        help_text=_("Its promises run in them. Empty: around the clock."),
    )

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_policy")
        ]

    def __str__(self) -> str:
        return self.name


class SlaTarget(models.Model):
    """One promised duration. Without a row there is no promise, and no clock."""

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="targets", verbose_name=_("policy"))
    metric = models.CharField(_("promise"), max_length=16, choices=Metric)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority)
    minutes = models.PositiveIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(A_YEAR)])

    class Meta:
        verbose_name = _("SLA target")
        verbose_name_plural = _("SLA targets")
        ordering = ["metric", "minutes", "id"]
        constraints = [models.UniqueConstraint(fields=["policy", "metric", "priority"], name="one_target_per_priority")]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}, {self.get_priority_display()}: {self.minutes} min"

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class EscalationStep(models.Model):
    """What is done about a promise when so much of its time is used up, and no answer or resolution is there yet."""

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="steps", verbose_name=_("policy"))
    metric = models.CharField(_("promise"), max_length=16, choices=Metric, blank=True, help_text=_("Empty: each."))
    share = models.PositiveSmallIntegerField(
        _("share"),
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Of the promised time, in %: 75 warns before, 100 is when it is due, 150 half that time later."),
    )
    priority = models.CharField(_("raise to"), max_length=8, choices=Priority, blank=True)
    queue = models.ForeignKey(
        "tickets.Queue", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("move to")
    )
    tell_assignee = models.BooleanField(_("tell who has it"), default=False, db_default=False)
    tell_leads = models.BooleanField(
        _("tell the leads"), default=False, db_default=False, help_text=_("Of the teams that staff the queue it is in.")
    )
    notify = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("tell"))

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["share", "metric"]
        constraints = [models.UniqueConstraint(fields=["policy", "metric", "share"], name="one_step_per_share")]

    def __str__(self) -> str:
        return f"{self.share} %"


class PauseRule(models.Model):
    """In which status of a ticket a promise stands still."""

    PAUSING = [(status.value, status.label) for status in WAITING_STATUSES]

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="pause_rules", verbose_name=_("policy"))
    status = models.CharField(_("status"), max_length=10, choices=PAUSING)
    metric = models.CharField(_("promise"), max_length=16, choices=Metric, blank=True, help_text=_("Empty: each."))
    needs_reason = models.BooleanField(
        _("reason needed"), default=False, help_text=_("Whoever sets the status must say why.")
    )

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["status", "metric"]
        constraints = [models.UniqueConstraint(fields=["policy", "status", "metric"], name="one_pause_rule")]

    def __str__(self) -> str:
        return ": ".join(map(str, (self.get_status_display(), self.get_metric_display() or _("each"))))


class SlaPause(models.Model):
    """A time in which the promises of a ticket, or some of them, stood still; without an end they still do."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="pauses", verbose_name=_("ticket"))
    status = models.CharField(_("status"), max_length=10, choices=Status)  # resolved: an agent took that back
    metrics = ArrayField(models.CharField(max_length=16, choices=Metric), verbose_name=_("promises"), default=list)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("pause of a ticket")
        verbose_name_plural = _("pauses of tickets")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(until__isnull=True), name="one_running_pause")
        ]
        indexes = [models.Index(fields=["ticket", "since"], name="pause_by_ticket")]


class SlaClock(models.Model):
    """A target running on one ticket. Ended when met, or stopped because the promise fell away."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="clocks", verbose_name=_("ticket"))
    metric = models.CharField(_("promise"), max_length=16, choices=Metric)
    policy = models.ForeignKey(SlaPolicy, models.SET_NULL, null=True, verbose_name=_("policy"))
    priority = models.CharField(_("priority"), max_length=8, choices=Priority)
    minutes = models.PositiveIntegerField(_("minutes promised"))
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    met = models.BooleanField(pgettext_lazy("promise", "kept"), null=True, blank=True)
    reached = models.PositiveSmallIntegerField(
        _("share reached"), default=0, db_default=0, help_text=_("The last step taken, in %.")
    )
    next_step_at = models.DateTimeField(_("next step"), null=True, blank=True)
    paused_at = models.DateTimeField(
        _("stands still since"), null=True, blank=True, help_text=_("It is due later by as long as this lasts.")
    )
    firm_minutes = models.PositiveIntegerField(
        _("minutes before"),
        null=True,
        blank=True,
        help_text=_("By which it runs out, where the minutes promised were over already when they were chosen."),
    )

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric"],
                condition=Q(ended_at__isnull=True),
                name="one_running_clock_per_metric",
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "started_at"], name="clock_by_ticket"),
            models.Index(fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="clock_by_next_step"),
            # Reports: what was kept, and what was missed, in a stretch of time.
            models.Index(fields=["ended_at"], condition=Q(met=True), name="clock_kept"),
            models.Index(fields=["due_at"], condition=Q(met=False) | Q(ended_at=None), name="clock_missed"),
        ]
