"""What was done with an account, by whom and why: written once, completed once, never changed after."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import ActOutcome
from twitter_integration.models.partner_account import PartnerAccount


class AccountAct(models.Model):
    """One act of one gesture. Names are repeated as they were then: the rows they came from may go.

    Holds no text of posts or messages, only ids; of the brand's own profile, settings and lists also what was changed.
    A trigger keeps it as it is; it can be emptied, not rewritten.
    """

    account = models.ForeignKey(
        PartnerAccount, models.SET_NULL, null=True, related_name="acts", verbose_name=_("partner configuration")
    )
    page_name = models.CharField(_("account"), max_length=50)
    action = models.CharField(_("action"), max_length=30)
    target = models.CharField(_("target"), max_length=60, blank=True)
    target_name = models.CharField(_("whom or what"), max_length=100, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("by name"), max_length=150)
    via = models.CharField(_("by way of"), max_length=10)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    private = models.BooleanField(_("private"), default=False)
    changes = models.JSONField(
        _("changes"),
        default=list,
        blank=True,
        db_default=[],
        help_text=_("Each field, what it was and what it becomes."),
    )
    gesture = models.UUIDField(_("gesture"), default=uuid4)
    at = models.DateTimeField(_("when"))

    outcome = models.CharField(_("outcome"), max_length=10, choices=ActOutcome, default=ActOutcome.BEGUN)
    dialect = models.CharField(_("dialect"), max_length=5, blank=True)
    code = models.CharField(_("answer"), max_length=40, blank=True)
    sentence = models.CharField(_("what came of it"), max_length=400, blank=True)
    result = models.CharField(_("made"), max_length=60, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    # Where the record is read (console/fates.py): what became of it, and how it went in the outbox.
    fate: Any = None
    way: Any = None

    class Meta:
        verbose_name = _("act on X")
        verbose_name_plural = _("acts on X")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="act_by_account"),
            models.Index(fields=["target", "-id"], name="act_by_target", condition=~models.Q(target="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "gesture", "action"],
                name="act_once_a_sheet",
                condition=~models.Q(outcome__in=["refused", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_name or self.target}".strip()
