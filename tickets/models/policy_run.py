"""A changed policy, put on the promises that run already."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PolicyRun(models.Model):
    """How far it is; what it did to a ticket stands in the ticket's history."""

    policy = models.ForeignKey("tickets.SlaPolicy", models.CASCADE, related_name="runs", verbose_name=_("policy"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    at = models.DateTimeField(_("asked"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    total = models.PositiveIntegerField(_("tickets"), default=0)
    done = models.PositiveIntegerField(_("tickets gone through"), default=0)
    changed = models.PositiveIntegerField(_("tickets that are due at another moment"), default=0)
    # Tickets of which steps that are due by now, and taken by the clock within a minute, tell people; raise; move.
    told = models.PositiveIntegerField(_("tickets that have reached steps"), default=0, db_default=0)
    raised = models.PositiveIntegerField(_("tickets that are raised"), default=0, db_default=0)
    moved = models.PositiveIntegerField(_("tickets that are put into another queue"), default=0, db_default=0)
    cursor = models.BigIntegerField(default=0, editable=False)  # the last ticket gone through
    reason = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("policy put on running promises")
        verbose_name_plural = _("policies put on running promises")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="policy_run_to_do")]

    def __str__(self) -> str:
        return f"{self.policy}, {self.at:%Y-%m-%d %H:%M}"
