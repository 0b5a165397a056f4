"""The line a ticket waits in to be worked."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import ALLOTTING_MODES, AssignmentMode
from tickets.models.limit import refuse_both


class Queue(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), unique=True)
    position = models.PositiveIntegerField(_("position"), default=100)
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("Where a ticket goes when nothing else says.")
    )
    assignment = models.CharField(
        _("tickets are given out"), max_length=12, choices=AssignmentMode, default=AssignmentMode.BY_HAND
    )
    sticky = models.BooleanField(
        _("whom the customer knows first"),
        default=False,
        help_text=_("Who last answered the customer gets the ticket, if present and with room."),
    )
    asks_skills = models.BooleanField(
        _("ask for skills"), default=True, help_text=_("Only who has every skill a ticket needs is given it.")
    )
    asks_language = models.BooleanField(
        _("a message's language is a skill"),
        default=False,
        help_text=_(
            "A ticket that comes here needs the skill of the language it is written in, where there is such a skill."
        ),
    )
    capacity = models.PositiveIntegerField(
        _("tickets in hand at a time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Here the desk gives nobody more who has no limit of their own; what they have of other queues counts too."
            " Empty: the limit of the desk holds."
        ),
    )
    no_limit = models.BooleanField(_("no limit"), default=False, db_default=False)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_queue"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_both(self.capacity, no_limit=self.no_limit)

    @property
    def mode(self) -> AssignmentMode:
        return AssignmentMode(self.assignment)

    @property
    def gives_out(self) -> bool:
        """Whether anybody is given a ticket here by the desk itself."""
        return self.sticky or self.assignment in ALLOTTING_MODES
