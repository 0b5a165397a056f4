"""The raw inbox (one row per POST X made) and the facts read from it (one row per event, however often X told it)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import DeliveryState, Outcome
from twitter_integration.models.app import XApp

# The longest natural key is that of an event X has a name for and we do not (payloads: 100 for the name).
KEY_LENGTH = 255
LIKENESS_LENGTH = 64  # a kind and two ids of 20 digits


class Delivery(models.Model):
    """Unique on the digest of app and body, so a redelivery is recognised. `lane` is the account the body names, read
    without parsing: deliveries of one lane are worked in order, by one worker at a time."""

    app = models.ForeignKey(XApp, models.CASCADE, related_name="deliveries", verbose_name=_("X app"))
    digest = models.BinaryField(_("digest"), max_length=32)
    lane = models.CharField(_("account"), max_length=32, blank=True)
    body = models.BinaryField(_("body"))
    signed = models.BooleanField(_("signed"), default=True)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.NEW)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    received_at = models.DateTimeField(_("received"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    emptied_at = models.DateTimeField(_("body forgotten"), null=True, blank=True)
    dialect = models.CharField(_("dialect"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.UniqueConstraint(fields=["digest"], name="delivery_once")]
        indexes = [
            models.Index(fields=["lane", "id"], condition=Q(state="new"), name="delivery_new_by_lane"),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["finished_at"], condition=Q(state="done", emptied_at=None), name="delivery_worked"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Event(models.Model):
    """`likeness` and `other_key` only where X's two products give one fact different keys: what both tellings have in
    common, and the key the product that told it second gave it (pairing)."""

    account_id = models.CharField(_("account"), max_length=32, blank=True)
    key = models.CharField(_("natural key"), max_length=KEY_LENGTH)
    likeness = models.CharField(_("likeness"), max_length=LIKENESS_LENGTH, blank=True, default="", db_default="")
    other_key = models.CharField(
        _("key at the other product"), max_length=KEY_LENGTH, blank=True, default="", db_default=""
    )
    kind = models.CharField(_("kind"), max_length=24)
    name = models.CharField(_("X's name"), max_length=60, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sources = ArrayField(models.CharField(max_length=24), verbose_name=_("told by"), default=list)
    times_told = models.PositiveIntegerField(_("times told"), default=1)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, related_name="events", verbose_name=_("first delivery")
    )
    # Of what can be deleted, so that each of them is emptied then; no foreign keys, for most facts are told once.
    later_deliveries = ArrayField(
        models.BigIntegerField(), verbose_name=_("later deliveries"), null=True, editable=False
    )
    occurred_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="event_once_per_account")]
        indexes = [
            # The stream: what X told of an account, each kind by itself, the newest first.
            models.Index(fields=["account_id", "kind", "-id"], name="event_stream"),
            models.Index(
                fields=["account_id", "likeness", "occurred_at"], condition=~Q(likeness=""), name="event_alike"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
