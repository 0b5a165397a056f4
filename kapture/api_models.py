"""What the REST API keeps about its callers: tokens, how much each has asked lately, answers given before."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Bearer(User):
    """A person acting through a token: the person's own rights, and of those only what the token's scopes name.

    Whoever asks `has_perm` (an app's policy, the admin) gets scope AND role without knowing of tokens.
    """

    granted: frozenset[str] = frozenset()

    class Meta:
        app_label = "kapture"
        proxy = True
        default_permissions = ()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm in self.granted and super().has_perm(perm, obj)


class ApiToken(models.Model):
    """One token of one person. The token itself is shown once and never stored."""

    owner = models.ForeignKey(Bearer, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    beginning = models.CharField(_("begins with"), max_length=16, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"), default=list)
    rate = models.PositiveIntegerField(
        _("requests a minute"), null=True, blank=True, help_text=_("Empty: as every token (API_RATE).")
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        app_label = "kapture"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.beginning}… ({self.name})" if self.name else f"{self.beginning}…"

    def state(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


class ApiAllowance(models.Model):
    """How often a caller has asked in the present minute. Not logged by PostgreSQL: to lose it costs nothing."""

    caller = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        app_label = "kapture"

    def __str__(self) -> str:
        return self.caller


class ApiAnswer(models.Model):
    """What was answered to a write with an idempotency key. `status` is empty while nobody knows how it ended."""

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "kapture"
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="api_answer_once")]

    def __str__(self) -> str:
        return self.key
