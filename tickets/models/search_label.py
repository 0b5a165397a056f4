"""What messages were found by: the labels of search queries, each once, however many accounts have one of that name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchLabel(models.Model):
    """As `Message.labels` has it, from the first message on that it found. It stays when its search query is renamed or
    removed: what was found stays found."""

    name = models.CharField(_("label"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("label of search queries")
        verbose_name_plural = _("labels of search queries")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
