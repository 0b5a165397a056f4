"""Canned replies: what is said again and again, for everybody, for some roles, or for one agent alone."""

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from kapture.sets import lock_together
from tickets.phrases.choosing import is_language
from tickets.phrases.placeholders import faults

LONGEST_CANNED = 10_000
_SPACE = 0x0CA2  # advisory locks: one alone


class CannedReply(models.Model):
    title = models.CharField(_("title"), max_length=100)
    shortcut = models.SlugField(
        _("shortcut"), max_length=40, blank=True, help_text=_("Typed after a slash in the composer: /late.")
    )
    category = models.CharField(
        _("category"), max_length=80, blank=True, help_text=_("Under which it is listed, as: Delivery / Delays.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("whose own"),
        help_text=_("Nobody chosen: it is not one person's own."),
    )
    teams = models.ManyToManyField(
        "tickets.Team",
        blank=True,
        related_name="+",
        verbose_name=_("for these teams"),
        help_text=_("Only their members are offered it. Nobody chosen: everybody who answers."),
    )
    enabled = models.BooleanField(_("offered"), default=True)
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["category", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "shortcut"],
                condition=~models.Q(shortcut=""),
                nulls_distinct=False,
                name="canned_shortcut_once",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        other = self.who_has(self.shortcut)
        if other is not None:
            told = {"shortcut": self.shortcut, "title": other.title}
            raise ValidationError({"shortcut": _("The shortcut %(shortcut)s is taken by ‘%(title)s’.") % told})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Taken by somebody since `clean` looked, it is told in the same words."""
        try:
            super().validate_constraints(exclude)
        except ValidationError:
            self.clean()
            raise

    def who_has(self, shortcut: str) -> "CannedReply | None":
        """Another one that would come up for the same word: of one's own, or shared with its owner; of what is shared,
        any that is shared. Whoever means to keep one asks and keeps it in one transaction: until its end, who asks next
        waits here, and then sees it."""
        if not shortcut:
            return None
        lock_together(_SPACE, [1])
        shared = models.Q(owner=None)
        if self.owner_id is not None:
            theirs = models.Q(teams=None) | models.Q(teams__memberships__person=self.owner_id)
            shared = models.Q(owner=self.owner_id) | shared & theirs
        others = CannedReply.objects.filter(shared, shortcut__iexact=shortcut).exclude(pk=self.pk)
        return others.order_by("-owner", "pk").first()


class CannedText(models.Model):
    """One wording of it: for the public, for private messages or for both, in one language or any."""

    class Audience(models.TextChoices):
        BOTH = "", _("Public and private")
        PUBLIC = "public", _("Public")
        PRIVATE = "private", _("Private")

    reply = models.ForeignKey(CannedReply, models.CASCADE, related_name="texts", verbose_name=_("canned reply"))
    audience = models.CharField(
        _("said in"), max_length=8, choices=Audience, blank=True, default="", help_text=_("Private: never in public.")
    )
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("As de or pt. Empty: for every other language.")
    )
    text = models.TextField(_("text"), max_length=LONGEST_CANNED)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["language", "audience", "id"]
        constraints = [models.UniqueConstraint(fields=["reply", "audience", "language"], name="canned_text_once")]

    def __str__(self) -> str:
        return self.text[:60]

    def clean(self) -> None:
        self.language = self.language.strip().lower()
        if told := faults(self.text):
            raise ValidationError({"text": [say(one) for one in told]})
        if not self.text.strip():
            raise ValidationError({"text": _("There is nothing to say yet.")})
        if not is_language(self.language):
            raise ValidationError({"language": _("No message is in such a language. Choose one of the list.")})
