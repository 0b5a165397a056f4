"""Where a ticket is filed by subject; a filing tree."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Folder(models.Model):
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("inside"))
    position = models.PositiveIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="folder_name_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where it would lie in itself, at whatever depth."""
        around, seen = self.parent, set[int]()
        while around is not None and around.pk not in seen:
            if around.pk == self.pk:
                raise ValidationError({"parent": _("A folder lies neither in itself nor in one that lies in it.")})
            seen.add(around.pk)
            around = around.parent
