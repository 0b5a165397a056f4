"""A dry run of routing rules over what was said lately: what would be different, ticket by ticket."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import DryRunState

LONGEST_DAYS = 90


class DryRun(models.Model):
    """Of the newest versions of some rules, against what is in force. Which versions were meant is kept as pairs of a
    rule and a version, in their order."""

    days = models.PositiveSmallIntegerField(
        _("days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)]
    )
    rules = ArrayField(models.BigIntegerField(), verbose_name=_("rules tried"), default=list)
    live = models.JSONField(default=list, editable=False)
    draft = models.JSONField(default=list, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=DryRunState, default=DryRunState.WAITING)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    made_at = models.DateTimeField(_("asked"))
    since = models.DateTimeField(_("messages since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    total = models.PositiveIntegerField(_("tickets"), default=0)
    done = models.PositiveIntegerField(_("tickets gone through"), default=0)
    messages = models.PositiveIntegerField(_("messages gone through"), default=0)
    changed = models.PositiveIntegerField(_("tickets that would be different"), default=0)
    cursor = models.BigIntegerField(default=0, editable=False)  # the last ticket gone through
    reason = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="dry_run_to_do")]

    def __str__(self) -> str:
        return f"{self.pk}"


class DryRunLine(models.Model):
    """One ticket that would be different: of what, as it is by the rules in force and as it would be, by which rule."""

    dry_run = models.ForeignKey(DryRun, models.CASCADE, related_name="lines", verbose_name=_("dry run"))
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("ticket"))
    changes = models.JSONField(_("changes"), default=dict)  # what → [in force, tried, the rules' names]
    why = models.JSONField(_("why"), default=list)  # of these rules, as the log of a ticket keeps it (RuleRun.steps)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["dry_run", "ticket"], name="dry_run_line_once")]
