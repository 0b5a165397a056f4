"""What happened around an address without anybody saying a word: kept on the customer's timeline, or only counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Happening(models.Model):
    """One fact about one customer and one of our addresses (a like, a follow …); `kind` is the channel's word."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="happenings", verbose_name=_("address"))
    identity = models.ForeignKey(
        "tickets.Identity", models.CASCADE, null=True, blank=True, related_name="happenings", verbose_name=_("customer")
    )
    key = models.CharField(_("natural key"), max_length=255)
    kind = models.CharField(_("kind"), max_length=24)
    by_us = models.BooleanField(_("by us"), default=False)
    about = models.CharField(_("about message"), max_length=64, blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["address", "key"], name="happening_once")]
        indexes = [
            models.Index(fields=["identity", "-at"], name="happening_by_customer"),
            models.Index(fields=["address", "-at"], name="happening_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DailyCount(models.Model):
    """How many of a kind there were at an address on a day (UTC)."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="counts", verbose_name=_("address"))
    kind = models.CharField(_("kind"), max_length=24)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        constraints = [models.UniqueConstraint(fields=["address", "kind", "day"], name="count_once_a_day")]
