"""The business's own X account. What the helpdesk knows of it is its `tickets.Address`; this row adds X's side."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import TokenState
from twitter_integration.models.app import XApp
from twitter_integration.sealing import SealedField


class PartnerAccount(models.Model):
    address = models.OneToOneField(
        "tickets.Address", models.CASCADE, related_name="partner_account", verbose_name=_("address")
    )
    app = models.ForeignKey(XApp, models.PROTECT, related_name="accounts", verbose_name=_("X app"))
    page_id = models.CharField(_("Page ID"), max_length=32, unique=True, help_text=_("X's numeric user id."))
    page_name = models.CharField(_("page name"), max_length=50, help_text=_("The handle, without @."))
    access_token = SealedField(_("OAuth access token"), blank=True)
    access_token_secret = SealedField(_("OAuth access token secret"), blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    paused = models.BooleanField(_("paused"), default=False, help_text=_("Receives, but sends nothing."))
    token_state = models.CharField(_("token"), max_length=10, choices=TokenState, default=TokenState.UNTRIED)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("partner configuration")
        verbose_name_plural = _("partner configurations")
        ordering = ["page_name"]

    def __str__(self) -> str:
        return f"@{self.page_name}"
