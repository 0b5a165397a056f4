"""Who works together, what they know, and what they may do in a queue."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    name = models.CharField(_("name"), max_length=50, unique=True)
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"\A[a-z]{2,3}\Z", _("Two or three small letters, as “de”."))],
        help_text=_("Its code, as “de”, where the skill is to read and write a language."),
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["language"], condition=~Q(language=""), name="one_skill_of_a_language")
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name=_("team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    lead = models.BooleanField(_("leads the team"), default=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["team", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="once_in_a_team")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"


class Staffing(models.Model):
    """What a team may do in a queue. Without any row a queue is open to everybody whose role allows it; what a role
    does not allow, a row does not give."""

    queue = models.ForeignKey("tickets.Queue", models.CASCADE, related_name="staffings", verbose_name=_("queue"))
    team = models.ForeignKey(Team, models.CASCADE, related_name="staffings", verbose_name=_("team"))
    see = models.BooleanField(_("see"), default=True, help_text=_("Without it, the rest of the row gives nothing."))
    work = models.BooleanField(_("work"), default=True, help_text=_("Assign, change, write notes."))
    send = models.BooleanField(_("send"), default=True, help_text=_("Answer customers."))
    approve = models.BooleanField(_("approve"), default=False, help_text=_("Let somebody else's answer go."))

    class Meta:
        verbose_name = _("staffing")
        verbose_name_plural = _("staffed by")
        ordering = ["queue", "pk"]
        constraints = [models.UniqueConstraint(fields=["queue", "team"], name="one_staffing_per_team")]

    def __str__(self) -> str:
        return f"{self.team} in {self.queue}"
