"""Outgoing webhooks: whom other software's desk is told, what, and what became of every telling."""

import secrets
import uuid
from base64 import b64encode
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapture.sealing import SealedField
from tickets.choices import HookState

LONGEST_REASON = 300


def new_secret() -> str:
    """24 to 64 random bytes, written as Standard Webhooks wants them."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


class Hook(models.Model):
    """One address that is told the lines of tickets' histories, as they are written."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500, help_text=_("Each event is POSTed there."))
    verbs = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("Only these. None chosen: every one there is.")
    )
    private = models.BooleanField(
        _("private tickets too"), default=False, help_text=_("What is said never goes along; that it was said does.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    secret = SealedField(_("signing secret"), default=new_secret, editable=False)
    # How far the histories were read: a transaction and a row in it (tickets/reading/changes.py).
    read_changed = models.BigIntegerField(default=0, editable=False)
    read_number = models.BigIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, db_default=0, editable=False)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(_("switched itself off"), null=True, blank=True, editable=False)
    stopped_reason = models.CharField(_("why"), max_length=LONGEST_REASON, blank=True, editable=False)

    class Meta:
        verbose_name = _("outgoing webhook")
        verbose_name_plural = _("outgoing webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def begin_anew(self) -> None:
        """Whatever failed before does not count, and it does not rest. The caller saves."""
        self.failing_since, self.failures, self.rests_until = None, 0, None


class HookDelivery(models.Model):
    """One event for one address. Its body is made once: every try sends the same bytes under the same id."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries", verbose_name=_("outgoing webhook"))
    event = models.UUIDField(_("event"), default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(_("kind"), max_length=40)
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, related_name="+", verbose_name=_("ticket"))
    # The line of the history, or nothing for a test.
    line = models.BigIntegerField(_("line"), null=True, editable=False)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=HookState, default=HookState.WAITING)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField(_("made"))
    next_at = models.DateTimeField(_("next try"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    status = models.PositiveIntegerField(_("answer"), null=True, blank=True)
    reason = models.CharField(_("what went wrong"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("outgoing webhook delivery")
        verbose_name_plural = _("outgoing webhook deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hook", "line"], condition=Q(line__isnull=False), name="hook_told_once")
        ]
        indexes = [
            models.Index(fields=["hook", "next_at", "id"], condition=Q(state="waiting"), name="hook_waiting"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="hook_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.event}"

    def again(self, now: datetime) -> None:
        """Send it once more, from the first step of the ladder. The caller saves."""
        self.state, self.tries, self.next_at, self.ended_at, self.reason = HookState.WAITING, 0, now, None, ""
