"""The journal of what brings messages from one ticket to another: how every ticket stood before and after."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import GestureKind
from tickets.models.departed import Doer


class Gesture(models.Model):
    """One act. Its key is what the lines of history it wrote share. `home`: where the messages were brought to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=GestureKind)
    home = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("brought to"))
    by = Doer(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    latest = models.BigIntegerField(_("latest message"), help_text=_("The newest there was; what is newer came after."))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = Doer(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name=_("undone by"))

    class Meta:
        verbose_name = _("merge, split or move")
        verbose_name_plural = _("merges, splits and moves")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} #{self.home_id}"


class Trace(models.Model):
    """What one gesture did to one ticket: columns, clocks, pauses, tags, and the keys of what left it (`before`) or
    came to it (`after`). `fresh`: the gesture opened it."""

    gesture = models.ForeignKey(Gesture, models.CASCADE, related_name="traces", verbose_name=_("gesture"))
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="traces", verbose_name=_("ticket"))
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    fresh = models.BooleanField(_("opened by it"), default=False)

    class Meta:
        verbose_name = _("trace of a gesture")
        verbose_name_plural = _("traces of gestures")
        constraints = [models.UniqueConstraint(fields=["gesture", "ticket"], name="trace_once")]


class TicketLink(models.Model):
    """Two tickets that belong together and stay apart, the smaller number first."""

    one = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("ticket"))
    other = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("other ticket"))
    by = Doer(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("link between tickets")
        verbose_name_plural = _("links between tickets")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="link_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="link_in_order"),
        ]
