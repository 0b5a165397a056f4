"""Public answers that asked somebody to write privately, and whether they did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """Sent when its message is out; accepted by the first private message that person writes after it."""

    message = models.OneToOneField(
        "tickets.Message", models.CASCADE, related_name="invitation", verbose_name=_("message")
    )
    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="+", verbose_name=_("address"))
    identity = models.ForeignKey("tickets.Identity", models.CASCADE, related_name="+", verbose_name=_("to"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["address", "identity"], condition=Q(accepted_at=None), name="invitation_open"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}"
