"""An edited message is one message with versions; each version has an id of its own on its channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageVersion(models.Model):
    """Every id the message ever had, the present one included once there is a second, or once its words are told
    whole that were cut. Text is empty until told."""

    message = models.ForeignKey("tickets.Message", models.CASCADE, related_name="versions", verbose_name=_("message"))
    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="+", verbose_name=_("address"))
    external_id = models.CharField(_("external id"), max_length=64)
    text = models.TextField(_("text"), blank=True)
    spans = models.JSONField(_("links in the text"), default=list, blank=True)
    sent_at = models.DateTimeField(_("said"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["sent_at", "id"]
        constraints = [models.UniqueConstraint(fields=["address", "external_id"], name="version_once_per_address")]

    def __str__(self) -> str:
        return self.external_id
