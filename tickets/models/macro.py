"""Macros: what is done together again and again, under one name."""

from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import CATEGORY_OF, WAITING_STATUSES, Priority, Status, StatusCategory
from tickets.models.sla import PauseRule

_DONE = tuple(status for status, category in CATEGORY_OF.items() if category == StatusCategory.DONE)


class Macro(models.Model):
    class Assign(models.TextChoices):
        LEAVE = "", _("Leave it")
        ME = "me", _("Whoever runs it")
        NOBODY = "nobody", _("Nobody")
        PERSON = "person", _("The person below")

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveIntegerField(_("position"), default=100)
    enabled = models.BooleanField(_("offered"), default=True)
    teams = models.ManyToManyField(
        "tickets.Team",
        blank=True,
        related_name="+",
        verbose_name=_("for these teams"),
        help_text=_("Only their members are offered it. Nobody chosen: everybody who works tickets."),
    )
    reply = models.ForeignKey(
        "tickets.CannedReply", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("canned reply")
    )
    send = models.BooleanField(
        _("send it"), default=False, help_text=_("Otherwise it is put into the composer, for whoever runs it to send.")
    )
    note = models.TextField(_("note"), blank=True, max_length=5_000)
    status = models.CharField(
        _("status"),
        max_length=10,
        blank=True,
        choices=[choice for choice in Status.choices if choice[0] != Status.NEW],
    )
    reason = models.CharField(_("why it has this status"), max_length=200, blank=True)
    priority = models.CharField(_("priority"), max_length=10, blank=True, choices=Priority)
    queue = models.ForeignKey(
        "tickets.Queue", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("queue")
    )
    folder = models.ForeignKey(
        "tickets.Folder", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("folder")
    )
    tags = models.CharField(_("tags"), max_length=300, blank=True, help_text=_("Several, with commas: refund, hotel."))
    assign = models.CharField(_("assign to"), max_length=8, blank=True, choices=Assign, default=Assign.LEAVE)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    snooze_hours = models.PositiveIntegerField(
        _("put aside, hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 365)],
        help_text=_("Or until the customer writes, whichever comes first."),
    )
    watch = models.BooleanField(_("watch it"), default=False)

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def tag_names(self) -> list[str]:
        return [name for word in self.tags.split(",") if (name := word.strip())]

    def clean(self) -> None:
        faults: dict[str, Any] = self._odd_steps()
        if not self._does_something() and not faults:
            faults[NON_FIELD_ERRORS] = _("It does nothing yet. Choose one step at least.")
        if faults:
            raise ValidationError(faults)

    def _does_something(self) -> bool:
        said = self.reply is not None or bool(self.note.strip())
        place = self.queue is not None or self.folder is not None
        marks = bool(self.tag_names or self.priority or self.status or self.assign)
        return said or place or marks or self.watch or self.snooze_hours is not None

    def _odd_steps(self) -> dict[str, Any]:
        """By field: steps that could never be done, or not together."""
        faults: dict[str, Any] = {}
        if (self.assign == self.Assign.PERSON) != (self.person is not None):
            faults["person"] = _("Choose a person, and that it is assigned to them; or neither.")
        if self.reply is not None and self.reply.owner_id is not None:
            faults["reply"] = _("This one is somebody's own. Choose one that is for everybody or a team.")
        elif self.reply is not None and not self.reply.texts.exists():
            faults["reply"] = _("This one has no text yet.")
        if self.send and self.reply is None:
            faults["send"] = _("There is no reply to be sent.")
        if self.snooze_hours is not None and self.status in _DONE:
            faults["snooze_hours"] = _("What is done is not put aside. Leave one of the two out.")
        if self.reason.strip() and not self.status:
            faults["reason"] = _("There is no status it would be the reason of.")
        if not self.reason.strip() and self._wants_reason():
            faults["reason"] = _("Promises stand still in this status, and some SLA policy wants to know why: say it.")
        return faults

    def _wants_reason(self) -> bool:
        if self.status not in WAITING_STATUSES:
            return False
        return PauseRule.objects.filter(status=self.status, needs_reason=True).exists()
