"""An answer that a person gives on the channel itself: who is at it, until when it is believed, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import HandOffOutcome


class HandOff(models.Model):
    """One at a time for each ticket and visibility. `text` is what is to be pasted there; it goes when it is over."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="hand_offs", verbose_name=_("ticket"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("agent"))
    private = models.BooleanField(_("private"))
    answered = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answers")
    )
    text = models.TextField(_("text"), blank=True)
    fingerprint = models.CharField(_("fingerprint of the text"), max_length=64, blank=True)
    link = models.TextField(_("where it is answered"), blank=True)
    at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("believed until"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=HandOffOutcome, default=HandOffOutcome.OPEN)
    settled_at = models.DateTimeField(_("over"), null=True, blank=True)
    message = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("the answer")
    )

    class Meta:
        verbose_name = _("answer by hand")
        verbose_name_plural = _("answers by hand")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "private"], condition=Q(outcome="open"), name="hand_off_one_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(outcome="open"), name="hand_off_open"),
            models.Index(fields=["ticket", "-at"], name="hand_off_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.outcome}"
