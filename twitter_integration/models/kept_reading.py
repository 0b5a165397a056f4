"""What somebody read of X in the console: kept for a day, for X charges for every row that is read again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class KeptReading(models.Model):
    """The latest of its kind. Never of private messages."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="kept_readings", verbose_name=_("partner configuration")
    )
    reading = models.CharField(_("reading"), max_length=40, help_text=_("The word of its action."))
    about = models.CharField(_("of which list"), max_length=32, blank=True, default="")
    rows = models.JSONField(_("rows"), default=list)
    next_page = models.CharField(_("next page"), max_length=200, blank=True, default="")
    read_at = models.DateTimeField(_("read"), db_index=True)

    class Meta:
        verbose_name = _("kept reading")
        verbose_name_plural = _("kept readings")
        constraints = [models.UniqueConstraint(fields=["account", "reading", "about"], name="kept_reading_once")]

    def __str__(self) -> str:
        return f"{self.reading} {self.about}".strip()
