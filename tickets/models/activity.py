"""The history of tickets: append-only dotted verbs with data, rendered as sentences when read (tickets/timeline.py)."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.departed import Doer


class Activity(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="activities", verbose_name=_("ticket"))
    verb = models.CharField(_("verb"), max_length=40)
    data = models.JSONField(_("data"), default=dict, blank=True)
    actor = Doer(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        verbose_name=_("who"),
    )
    gesture = models.UUIDField(_("gesture"), default=uuid.uuid4, help_text=_("The same for all lines of one act."))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="activity_by_ticket"),
            # Reports: what was done in a stretch of time.
            BrinIndex(fields=["at"], pages_per_range=16, name="activity_done"),
        ]

    def __str__(self) -> str:
        return self.verb
