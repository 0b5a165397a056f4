"""What is known of a person at work: skills, how much at a time, whether they are there."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.limit import refuse_both


class Agent(models.Model):
    """Who has no row has no skills and no limit of their own, and is there."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="agent", verbose_name=_("person")
    )
    skills = models.ManyToManyField("tickets.Skill", blank=True, related_name="agents", verbose_name=_("skills"))
    capacity = models.PositiveIntegerField(
        _("tickets in hand at a time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("The desk gives them no more. Empty: the queue's limit holds, else that of the desk."),
    )
    no_limit = models.BooleanField(_("no limit"), default=False, db_default=False)
    away = models.BooleanField(_("away"), default=False, help_text=_("Gets no tickets by themselves meanwhile."))
    away_since = models.DateTimeField(_("away since"), null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["person"]

    def __str__(self) -> str:
        return str(self.person)

    def clean(self) -> None:
        refuse_both(self.capacity, no_limit=self.no_limit)
