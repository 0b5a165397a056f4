"""An X developer app: its keys, and the unguessable path under which X reaches us for it."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import Tier
from twitter_integration.sealing import SealedField


def new_webhook_token() -> str:
    return secrets.token_urlsafe(24)


class XApp(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    consumer_key = models.CharField(_("consumer key"), max_length=100)
    consumer_secret = SealedField(_("consumer secret"))
    previous_consumer_secret = SealedField(_("previous consumer secret"), blank=True)
    previous_secret_until = models.DateTimeField(_("previous secret accepted until"), null=True, blank=True)
    bearer_token = SealedField(_("bearer token"), blank=True)
    environment = models.CharField(
        _("environment name"),
        max_length=60,
        blank=True,
        help_text=_(
            "Only for the old premium Account Activity API: the label from the developer portal, without colon."
        ),
    )
    tier = models.CharField(_("access tier"), max_length=12, choices=Tier, default=Tier.SELF_SERVE)
    webhook_token = models.CharField(
        _("webhook token"), max_length=64, unique=True, default=new_webhook_token, editable=False
    )

    class Meta:
        verbose_name = _("X app")
        verbose_name_plural = _("X apps")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
