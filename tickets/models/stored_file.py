"""A file of ours in Django's storage: attached to a draft, or to a message on either way. Nobody else may have one.

When what it belonged to is gone, tickets/composing/files.py removes row and file.
"""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import FileKind


def unguessable(instance: "StoredFile", filename: str) -> str:
    """A name that tells nothing and that nobody can guess; two levels, so that no folder grows without end."""
    name = secrets.token_hex(20)
    return f"files/{name[:2]}/{name[2:]}"


class StoredFile(models.Model):
    file = models.FileField(_("file"), upload_to=unguessable, max_length=120)
    name = models.CharField(_("name"), max_length=120, blank=True, help_text=_("As whoever added it calls it."))
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind)
    content_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    seconds = models.FloatField(_("length, seconds"), null=True, blank=True)
    draft = models.ForeignKey(
        "tickets.Draft", models.SET_NULL, null=True, blank=True, related_name="files", verbose_name=_("draft")
    )
    media = models.OneToOneField(
        "tickets.Media", models.SET_NULL, null=True, blank=True, related_name="file", verbose_name=_("media")
    )
    alt_text = models.TextField(_("description"), blank=True)
    digest = models.CharField(
        _("digest of the content"), max_length=32, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or f"{self.content_type} {self.pk}"
