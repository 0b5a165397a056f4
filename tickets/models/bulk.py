"""A change of many tickets: which they are, how far it is, and what became of it on each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import BulkDeed, BulkMark, BulkState

LONGEST_WHY = 400


class BulkRun(models.Model):
    """Its tickets were written down when it was confirmed; whatever it does to them is one gesture."""

    gesture = models.UUIDField(_("gesture"), default=uuid.uuid4, editable=False)
    # Of the page it was confirmed on: pressed twice, it is one.
    sheet = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    deed = models.CharField(_("what is done"), max_length=10, choices=BulkDeed)
    value = models.JSONField(_("to what"), default=dict)  # keys and words, as tickets/bulk/deeds.py reads them
    # The list all of which was meant; empty: rows that were chosen. Of a search not its words: they may name somebody.
    of = models.JSONField(_("of which list"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=BulkState, default=BulkState.RUNNING)
    at = models.DateTimeField(_("ordered"))
    served_at = models.DateTimeField(null=True, editable=False)  # runs take turns
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    total = models.PositiveIntegerField(_("tickets"), default=0)

    class Meta:
        verbose_name = _("change of many tickets")
        verbose_name_plural = _("changes of many tickets")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["served_at", "id"], condition=Q(ended_at__isnull=True), name="bulk_run_to_do"),
            models.Index(fields=["by", "-id"], name="bulk_run_of"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}, {self.at:%Y-%m-%d %H:%M}"


class BulkTrace(models.Model):
    """One of its tickets. What was changed there stands in the ticket's history; `reason`: why it was not, or what was
    not taken back."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="traces", verbose_name=_("change"))
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("ticket"))
    mark = models.CharField(_("what became of it"), max_length=8, choices=BulkMark, default=BulkMark.WAITING)
    reason = models.CharField(_("why"), max_length=LONGEST_WHY, blank=True)

    class Meta:
        verbose_name = _("ticket of a change")
        verbose_name_plural = _("tickets of a change")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "ticket"], name="bulk_trace_once")]
        indexes = [models.Index(fields=["run", "mark", "ticket"], name="bulk_trace_by_mark")]
