"""The business's own X account. What the helpdesk knows of it is its `tickets.Address`; this row adds X's side."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kapture.sealing import SealedField
from twitter_integration.choices import Product, TokenState
from twitter_integration.models.app import XApp
from twitter_integration.registering.choices import AccessLevel


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
    access_level = models.CharField(
        _("permission"), max_length=30, choices=AccessLevel, default=AccessLevel.UNKNOWN, blank=True, editable=False
    )
    connected_at = models.DateTimeField(_("connected"), null=True, blank=True, editable=False)
    disconnected_at = models.DateTimeField(_("disconnected"), null=True, blank=True, editable=False)
    # When X last told of its handle and shown name: what it tells late overwrites nothing newer.
    handle_as_of = models.DateTimeField(_("handle as of"), null=True, blank=True, editable=False)
    name_as_of = models.DateTimeField(_("name as of"), null=True, blank=True, editable=False)
    # Since when nothing that X tells of it is kept; connecting it again lifts that.
    purged_at = models.DateTimeField(_("purged"), null=True, blank=True, editable=False)
    # Empty while the purge is under way and after one that was cut off: then content of X is still here.
    purge_ended_at = models.DateTimeField(_("purge ended"), null=True, blank=True, editable=False)
    # Connected again after a purge, by X's clock: what happened before that is not kept, by whatever way it comes.
    kept_since = models.DateTimeField(_("kept since"), null=True, blank=True, editable=False)
    # What we want X to tell; the audit holds X to it. The rows of Subscription are what X has.
    products = ArrayField(
        models.CharField(max_length=20, choices=Product),
        verbose_name=_("subscribed to"),
        default=list,
        blank=True,
        editable=False,
    )
    # What it wanted until somebody deleted the app's webhook; registering it by hand brings it back.
    laid_aside = ArrayField(
        models.CharField(max_length=20, choices=Product),
        verbose_name=_("subscribed to before the webhook was deleted"),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
    )
    # Since when X is to tell nothing of it; what it tells all the same is counted, and nothing of it is kept.
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True, editable=False)
    told_unasked = models.PositiveIntegerField(_("told unasked"), default=0, db_default=0, editable=False)
    told_unasked_at = models.DateTimeField(_("last told unasked"), null=True, blank=True, editable=False)
    refused_orders = models.JSONField(_("refused subscriptions"), default=dict, blank=True, editable=False)
    crossing_since = models.DateTimeField(_("crossing over since"), null=True, blank=True, editable=False)
    # It is read at once since then, whatever its turn (waking).
    reading_wanted_at = models.DateTimeField(_("to be read since"), null=True, blank=True, editable=False)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True, editable=False)

    SEALED = ("access_token", "access_token_secret")
    # Everything sealed that a joined look at account and app would load.
    SEALED_WITH_APP = (*SEALED, *(f"app__{name}" for name in XApp.SEALED))

    class Meta:
        verbose_name = _("partner configuration")
        verbose_name_plural = _("partner configurations")
        ordering = ["page_name"]
        permissions = [
            ("react_as_account", "Can like, repost, hide, follow, mute, block and report as an account"),
            ("operate_account", "Can operate an account: posts, profile, lists, collections"),
        ]

    def __str__(self) -> str:
        return f"@{self.page_name}"

    @property
    def is_connected(self) -> bool:
        """Whether there is a token at all; whether X still takes it is token_state."""
        return self.disconnected_at is None

    @property
    def is_purge_unfinished(self) -> bool:
        """A purge of it is under way, or was cut off."""
        return self.purged_at is not None and self.purge_ended_at is None

    @property
    def token_word(self) -> str:
        """How its token stands, in the same words wherever it is shown."""
        if self.is_purge_unfinished:
            return gettext("Purge not finished")
        if self.purged_at is not None:
            return gettext("Purged")
        if self.is_connected:
            return str(self.get_token_state_display())
        return gettext("Consent withdrawn on X") if self.token_state == TokenState.DEAD else gettext("Disconnected")


class UnfinishedPurge(models.Model):
    """What a purge took from the content to look for after it, as JSON, until the search is done: a purge that was cut
    off is still proved by the next."""

    account = models.OneToOneField(
        PartnerAccount, models.CASCADE, related_name="unfinished_purge", verbose_name=_("partner configuration")
    )
    needles = SealedField(_("what to look for"))

    class Meta:
        verbose_name = _("unfinished purge")
        verbose_name_plural = _("unfinished purges")

    def __str__(self) -> str:
        return f"{self.account}"


class OAuth2Grant(models.Model):
    """An account's OAuth 2.0 tokens. A row of its own, so that a refresh can lock it while X answers and nobody who
    writes the account waits."""

    account = models.OneToOneField(
        PartnerAccount, models.CASCADE, related_name="oauth2_grant", verbose_name=_("partner configuration")
    )
    access_token = SealedField(_("access token"))
    refresh_token = SealedField(_("refresh token"), blank=True)
    expires_at = models.DateTimeField(_("expires"))
    scopes = models.CharField(_("scopes"), max_length=600, blank=True)
    obtained_at = models.DateTimeField(_("obtained"))
    broken = models.CharField(_("why it can no longer be refreshed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("OAuth 2.0 grant")
        verbose_name_plural = _("OAuth 2.0 grants")

    def __str__(self) -> str:
        return f"{self.account_id}"
