"""An X developer app: its keys, and the unguessable path under which X reaches us for it."""

import secrets
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from kapture.sealing import SealedField
from twitter_integration.choices import Tier
from twitter_integration.registering.choices import Registration


def new_webhook_token() -> str:
    return secrets.token_urlsafe(24)


class XApp(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    consumer_key = models.CharField(_("consumer key"), max_length=100)
    consumer_secret = SealedField(_("consumer secret"))
    # The last one, believed until the time beside it; those before it follow, a line each, after their own times.
    previous_consumer_secret = SealedField(_("previous consumer secret"), blank=True)
    previous_secret_until = models.DateTimeField(_("previous secret accepted until"), null=True, blank=True)
    bearer_token = SealedField(_("bearer token"), blank=True)
    client_id = models.CharField(
        _("OAuth 2.0 client ID"), max_length=100, blank=True, help_text=_("Only where X asks for OAuth 2.0.")
    )
    client_secret = SealedField(_("OAuth 2.0 client secret"), blank=True)
    owner_token = SealedField(_("owner's access token"), blank=True)
    owner_token_secret = SealedField(_("owner's access token secret"), blank=True)
    owner_id = models.CharField(
        _("owner's Page ID"),
        max_length=32,
        blank=True,
        help_text=_(
            "The account that owns the app in X's developer console. X charges it a fifth for reading its own posts,"
            " mentions, followers and lists."
        ),
    )
    registration = models.CharField(
        _("registration"),
        max_length=12,
        choices=Registration,
        default=Registration.V2,
        help_text=_("In which of X's dialects the webhook is registered and accounts are subscribed."),
    )
    auth_modes = models.JSONField(
        _("authentication of single calls"),
        default=dict,
        blank=True,
        help_text=_(
            'Where X wants another than the usual one: {"x_activity.place": "oauth2"}. Modes: user, app, owner, oauth2.'
        ),
    )
    offers = models.JSONField(
        _("what X offers this app otherwise"),
        default=dict,
        blank=True,
        help_text=_(
            "Where X treats this app otherwise than its access tier: the operation and the dialects to use, best first,"
            ' as {"likes.create": ["v2"], "profile.update": ["v1.1", "v2"]}; an empty list forbids it.'
        ),
    )
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

    # X's number of it, as the lists of subscriptions name it.
    x_id = models.CharField(_("id at X"), max_length=32, blank=True, default="", db_default="", editable=False)
    last_challenge_at = models.DateTimeField(_("last challenge answered"), null=True, blank=True, editable=False)
    audited_at = models.DateTimeField(_("last audit"), null=True, blank=True, editable=False)

    # Sealed columns: loaded one by one where a page or list must also open when their key is lost.
    SEALED = (
        "consumer_secret",
        "previous_consumer_secret",
        "bearer_token",
        "client_secret",
        "owner_token",
        "owner_token_secret",
    )

    class Meta:
        verbose_name = _("X app")
        verbose_name_plural = _("X apps")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def replaced_secrets(self) -> list[tuple[str, datetime]]:
        """The consumer secrets before this one and until when each is believed, the last first."""
        last, *older = str(self.previous_consumer_secret).split("\n")
        lines = [line.partition(" ") for line in older]
        found = [(secret, datetime.fromisoformat(until)) for until, _, secret in lines]
        until = self.previous_secret_until
        return [(last, until), *found] if last and until is not None else found
