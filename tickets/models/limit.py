"""How much the desk gives anybody where nothing else is said: one row for the whole desk."""

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

USUAL = 20


class DeskLimit(models.Model):
    """The one row. A queue, and a person, may have a limit of their own (Queue, Agent)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    capacity = models.PositiveIntegerField(
        _("tickets in hand at a time"),
        null=True,
        blank=True,
        default=USUAL,
        validators=[MinValueValidator(1)],
        help_text=_("The desk gives nobody more, where neither they nor the queue say otherwise. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("limit of the desk")
        verbose_name_plural = _("limit of the desk")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_limit_of_the_desk")]

    def __str__(self) -> str:
        return str(_("Limit of the desk"))

    @classmethod
    def told(cls) -> Self:
        """As it stands, or as it usually is. One statement."""
        return cls.objects.filter(pk=1).first() or cls()


def refuse_both(capacity: int | None, *, no_limit: bool) -> None:
    """Raises ValidationError where a limit is named and there is to be none."""
    if no_limit and capacity is not None:
        raise ValidationError({"no_limit": _("A number is named as well. Take away one of the two.")})
