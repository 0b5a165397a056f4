"""A day on which the desk reminds of what it did to somebody: muted, blocked, reported."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.act import AccountAct
from twitter_integration.models.partner_account import PartnerAccount


class ActReminder(models.Model):
    """Settled when the act was taken back, or somebody said that it stays. Told once, when its moment had come."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="reminders", verbose_name=_("partner configuration")
    )
    act = models.OneToOneField(AccountAct, models.PROTECT, related_name="reminder", verbose_name=_("act"))
    due_at = models.DateTimeField(_("due"))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True, default="", db_default="")
    undo_since = models.DateTimeField(_("being taken back since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["account", "due_at"], name="reminder_open", condition=models.Q(settled_at=None)),
            models.Index(fields=["due_at"], name="reminder_untold", condition=models.Q(settled_at=None, told_at=None)),
            models.Index(fields=["undo_since"], name="reminder_undoing", condition=models.Q(undo_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.due_at:%Y-%m-%d}"
