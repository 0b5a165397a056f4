"""What reading X costs: the ledger of calls per account and day, and how much of it an account may use."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class Usage(models.Model):
    """One kind of call of one account on one day (UTC). `cost` is US dollars by the price table of that day."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="usage", verbose_name=_("partner configuration")
    )
    day = models.DateField(_("day"))
    operation = models.CharField(_("operation"), max_length=24)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    items = models.PositiveIntegerField(_("items read"), default=0)
    cost = models.DecimalField(_("cost, US$"), max_digits=12, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        ordering = ["-day", "operation"]
        constraints = [models.UniqueConstraint(fields=["account", "day", "operation"], name="usage_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.operation}"


class Allowance(models.Model):
    """What reading may use up per day; an account without a row has the defaults."""

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
