"""What X told last of an account's own profile, settings and lists, kept so that looking at it costs nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class AccountView(models.Model):
    account = models.OneToOneField(
        PartnerAccount, models.CASCADE, related_name="view", verbose_name=_("partner configuration")
    )
    profile = models.JSONField(_("profile"), default=dict, blank=True)
    profile_at = models.DateTimeField(_("profile read"), null=True, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    settings_at = models.DateTimeField(_("settings read"), null=True, blank=True)
    lists = models.JSONField(_("own lists"), default=list, blank=True, db_default=[], help_text=_("Ids and names."))

    class Meta:
        verbose_name = _("profile and settings")
        verbose_name_plural = _("profiles and settings")

    def __str__(self) -> str:
        return f"{self.account_id}"
