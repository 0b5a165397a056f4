"""The line a ticket waits in to be worked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Queue(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), unique=True)
    position = models.PositiveIntegerField(_("position"), default=100)
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("Where a ticket goes when nothing else says.")
    )

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
