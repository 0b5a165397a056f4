"""What X has registered for us: webhooks, and the standing orders (subscriptions) that fill them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import Product
from twitter_integration.models.app import XApp
from twitter_integration.models.partner_account import PartnerAccount
from twitter_integration.registering.choices import Registration


class Webhook(models.Model):
    app = models.ForeignKey(XApp, models.CASCADE, related_name="webhooks", verbose_name=_("X app"))
    x_id = models.CharField(_("X's id"), max_length=32)
    # The dialect whose list it stands in; X Activity shares those of v2.
    registration = models.CharField(
        _("registration"), max_length=12, choices=Registration, default=Registration.V2, editable=False
    )
    # Of the old premium API: the label under which it stands, which the app's own may no longer be.
    environment = models.CharField(
        _("environment name"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    url = models.CharField(_("address"), max_length=300)
    valid = models.BooleanField(_("valid"), default=False)
    checked_at = models.DateTimeField(_("checked"))
    # Nothing leads by it any more; X may still have to deliver what happened before, so it is deleted later.
    emptied_at = models.DateTimeField(_("emptied"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [models.UniqueConstraint(fields=["app", "x_id"], name="webhook_once_per_app")]

    def __str__(self) -> str:
        return self.x_id


class Subscription(models.Model):
    """One order: everything of an account (Account Activity), or one event type of it (X Activity)."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="subscriptions", verbose_name=_("partner configuration")
    )
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="subscriptions", verbose_name=_("webhook"))
    product = models.CharField(_("product"), max_length=20, choices=Product)
    event_type = models.CharField(_("event type"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, blank=True)
    x_id = models.CharField(_("X's id"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"))
    # It is to be withdrawn, and X still has it as far as we know; the audit tries again.
    unwanted_since = models.DateTimeField(_("not wanted since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "webhook", "product", "event_type", "direction"], name="subscription_once"
            )
        ]


class AuditNote(models.Model):
    """What the audit mended, or could not; the newest tells how it stands."""

    app = models.ForeignKey(XApp, models.CASCADE, related_name="audit_notes", verbose_name=_("X app"))
    at = models.DateTimeField(_("when"))
    mended = models.BooleanField(_("mended"))
    sentence = models.CharField(_("what"), max_length=400)

    class Meta:
        verbose_name = _("audit note")
        verbose_name_plural = _("audit notes")
        indexes = [models.Index(fields=["app", "-at"], name="audit_note_newest")]

    def __str__(self) -> str:
        return self.sentence
