"""Which answers somebody else has to let go, and what became of those that waited for it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.approving.needing import words_in
from tickets.choices import ApprovalState
from tickets.models.departed import Doer
from tickets.rules.words import fold, has_idle_star

LONGEST_WHY = 500


class ApprovalRule(models.Model):
    class Said(models.TextChoices):
        BOTH = "", _("Public and private")
        PUBLIC = "public", _("Public")
        PRIVATE = "private", _("Private")

    name = models.CharField(_("name"), max_length=80, unique=True)
    enabled = models.BooleanField(_("on"), default=True)
    teams = models.ManyToManyField(
        "tickets.Team",
        blank=True,
        related_name="+",
        verbose_name=_("answers of these teams"),
        help_text=_("Neither teams nor roles chosen: of everybody who may not approve answers themselves."),
    )
    roles = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        verbose_name=_("answers of these roles"),
        help_text=_("With teams as well: of who is in one of these teams and has one of these roles."),
    )
    address = models.ForeignKey(
        "tickets.Address", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    queue = models.ForeignKey(
        "tickets.Queue", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("queue")
    )
    said = models.CharField(_("said in"), max_length=8, choices=Said, blank=True, default="")
    tags = models.ManyToManyField(
        "tickets.Tag", blank=True, related_name="+", verbose_name=_("tickets with one of these tags")
    )
    words = models.TextField(
        _("words in the answer"),
        blank=True,
        max_length=5_000,
        help_text=_("One a line; refund* stands for any ending. Empty: whatever it says."),
    )
    minutes = models.PositiveIntegerField(
        _("expires after, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60 * 24 * 30)],
        help_text=_("Then its words go back to who wrote it. Empty: as the installation says."),
    )

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A word that could never be found would let every answer go unseen."""
        words = words_in(self.words)
        if idle := next((word for word in words if has_idle_star(word) or not fold(word).strip("* ")), None):
            told = _("A * stands only at the end of a word or phrase, for any ending: “%(word)s”.") % {"word": idle}
            raise ValidationError({"words": told})
        self.words = "\n".join(words)


class Approval(models.Model):
    """One answer that waits, or waited. `message` is gone where its words went back to who wrote it."""

    message = models.OneToOneField(
        "tickets.Message", models.CASCADE, null=True, blank=True, related_name="approval", verbose_name=_("message")
    )
    address = models.ForeignKey("tickets.Address", models.PROTECT, related_name="+", verbose_name=_("account"))
    rule = models.ForeignKey(ApprovalRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("rule"))
    word = models.CharField(_("word that was found"), max_length=200, blank=True)
    # Be they deleted: what waits is decided all the same, and what was decided is kept.
    writer = Doer(settings.AUTH_USER_MODEL, null=True, verbose_name=_("written by"))
    asked_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=10, choices=ApprovalState, default=ApprovalState.WAITING)
    decided_by = Doer(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("why it was sent back"), max_length=LONGEST_WHY, blank=True)
    written = models.TextField(_("as it was written"), blank=True, help_text=_("Where it was changed, or went back."))
    let_go = models.TextField(
        _("as it was let go"), blank=True, default="", db_default="", help_text=_("Where it was not sent after all.")
    )

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="approval_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
