"""X's prices as a dated table, and what was charged by it, thing by thing."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.metering.tariff import Tariff, tariffs


class Price(models.Model):
    """What X asks for one thing from a day (UTC) on. A row that counts already is history: it is never changed."""

    tariff = models.CharField(_("what"), max_length=24, choices=tariffs)
    each = models.DecimalField(_("US$ each"), max_digits=9, decimal_places=4, validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("valid from"))
    source = models.URLField(_("X's page"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["tariff", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["tariff", "valid_from"], name="price_once_a_day")]

    def __str__(self) -> str:
        return f"{Tariff(self.tariff).label}: ${self.each}"


class Charge(models.Model):
    """One thing X charged on a UTC day. `message`: the post or direct message it is, through which it belongs to a
    ticket, whichever that is by now. Names accounts, apps and queries by their keys and outlives them."""

    app_id = models.PositiveIntegerField(_("X app"), default=0)
    day = models.DateField(_("day"))
    tariff = models.CharField(_("what"), max_length=24, choices=tariffs)
    resource = models.CharField(_("thing"), max_length=300)
    account_key = models.CharField(_("account"), max_length=32, blank=True)
    message = models.CharField(_("message"), max_length=40, blank=True)
    query_id = models.PositiveIntegerField(_("search query"), default=0)
    cost = models.DecimalField(_("US$"), max_digits=9, decimal_places=4)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.UniqueConstraint(fields=["app_id", "day", "tariff", "resource"], name="charge_once_a_day")
        ]
        indexes = [models.Index(fields=["account_key", "message"], name="charge_of_message")]

    def __str__(self) -> str:
        return f"{self.day} {self.tariff} {self.resource}"
