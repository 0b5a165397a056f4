"""What an account also listens for, in X's own operators."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class SearchQuery(models.Model):
    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="search_queries", verbose_name=_("partner configuration")
    )
    label = models.CharField(_("label"), max_length=60)
    query = models.CharField(
        _("query"),
        max_length=512,
        validators=[MaxLengthValidator(512)],
        help_text=_("X's operators, 512 characters."),
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    queue = models.ForeignKey("tickets.Queue", models.SET_NULL, null=True, blank=True, verbose_name=_("queue"))
    folder = models.ForeignKey("tickets.Folder", models.SET_NULL, null=True, blank=True, verbose_name=_("folder"))
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("search query")
        verbose_name_plural = _("search queries")
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="query_label_once")]

    def __str__(self) -> str:
        return self.label
