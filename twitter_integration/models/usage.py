"""What X costs: the sums per account, day and operation, and how much of it an account may use."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class Usage(models.Model):
    """One operation of one account on one day (UTC). `items`: what came back, went out or was delivered; `charged`: how
    many of them X charges; `cost`: US dollars, by the price when it happened. Names account, app and query by their
    keys and outlives them; "" and 0 where there is none."""

    app_id = models.PositiveIntegerField(_("X app"), default=0)
    account_key = models.CharField(_("account"), max_length=32, blank=True)
    day = models.DateField(_("day"))
    operation = models.CharField(_("operation"), max_length=40)
    query_id = models.PositiveIntegerField(_("search query"), default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    refused = models.PositiveIntegerField(_("refused or unanswered"), default=0)
    items = models.PositiveIntegerField(_("items"), default=0)
    charged = models.PositiveIntegerField(_("charged"), default=0)
    cost = models.DecimalField(_("cost, US$"), max_digits=12, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        ordering = ["-day", "operation"]
        constraints = [
            models.UniqueConstraint(
                fields=["app_id", "account_key", "day", "operation", "query_id"], name="usage_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["account_key", "day"], name="usage_of_account")]

    def __str__(self) -> str:
        return f"{self.day} {self.operation}"


class Allowance(models.Model):
    """What an account may use up per day before what can wait does; an account without a row has the defaults."""

    account = models.OneToOneField(
        PartnerAccount, models.CASCADE, related_name="allowance", verbose_name=_("partner configuration")
    )
    calls_per_day = models.PositiveIntegerField(_("calls per day"), default=20000)
    cost_per_day = models.DecimalField(
        _("cost per day, US$"), max_digits=8, decimal_places=2, default=5, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("reading allowance")
        verbose_name_plural = _("reading allowances")

    def __str__(self) -> str:
        return f"{self.calls_per_day} / ${self.cost_per_day}"
