"""What there was and is no more, so that whoever keeps a copy of the desk learns of it (tickets/reading/changes.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tombstone(models.Model):
    """Written by triggers of the database (migration 0040), whoever deletes and however many at once."""

    kind = models.CharField(_("kind"), max_length=10)  # ticket, message
    number = models.BigIntegerField(_("number"))
    changed = models.BigIntegerField(_("transaction"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        indexes = [models.Index(fields=["kind", "changed", "number"], name="tombstone_by_change")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
