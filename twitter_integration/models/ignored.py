"""Whom, and which words, a desk ignores around an account: what they say comes to no ticket by itself."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount

LONGEST_WORDS = 200


class Ignored(models.Model):
    """An author by X's id, or words. It holds until it was taken back, or its day came; the row stays and says how
    often it held. `folded`: the words as they are compared (stream/ignoring.py)."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="ignored", verbose_name=_("partner configuration")
    )
    person_key = models.CharField(_("person"), max_length=32, blank=True, default="")
    handle = models.CharField(_("handle"), max_length=50, blank=True, default="")
    words = models.CharField(_("words"), max_length=LONGEST_WORDS, blank=True, default="")
    folded = models.CharField(_("words as compared"), max_length=2 * LONGEST_WORDS, blank=True, default="")
    until = models.DateTimeField(_("until"), null=True, blank=True)
    count = models.PositiveIntegerField(_("ignored"), default=0)
    last_at = models.DateTimeField(_("last ignored"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("by, by name"), max_length=150)
    made_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    ended_by = models.CharField(_("taken back by"), max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("ignored")
        verbose_name_plural = _("ignored")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person_key="", folded__gt="") | Q(person_key__gt="", folded=""), name="ignored_one_of_both"
            ),
            models.UniqueConstraint(
                fields=["account", "person_key", "folded"], condition=Q(ended_at=None), name="ignored_once"
            ),
        ]

    def __str__(self) -> str:
        return (f"@{self.handle}" if self.handle else self.person_key) if self.person_key else f"“{self.words}”"

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and (self.until is None or self.until > now)
