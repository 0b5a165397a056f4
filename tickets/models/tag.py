"""Free words on tickets, for counting."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=50, unique=True)
    set_up = models.BooleanField(
        _("offered to everybody"),
        default=False,
        db_default=False,
        help_text=_("Otherwise it is offered to whoever may see a ticket with it: the word itself may tell something."),
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
