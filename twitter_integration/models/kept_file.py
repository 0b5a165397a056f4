"""A file chosen in a form of the console that was refused or asks once more: a browser does not carry it on.

Theirs alone who chose it, for an hour; then row and file are removed.
"""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


def unguessable(instance: "KeptFile", filename: str) -> str:
    """A name that tells nothing and that nobody can guess."""
    name = secrets.token_hex(20)
    return f"kept/{name[:2]}/{name[2:]}"


class KeptFile(models.Model):
    """Without account or person nobody gets it back; the sweep removes it all the same."""

    account = models.ForeignKey(
        PartnerAccount, models.SET_NULL, null=True, related_name="kept_files", verbose_name=_("partner configuration")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    file = models.FileField(_("file"), upload_to=unguessable, max_length=120)
    name = models.CharField(_("name"), max_length=120)
    kept_at = models.DateTimeField(_("kept"), db_index=True)

    class Meta:
        verbose_name = _("kept file")
        verbose_name_plural = _("kept files")

    def __str__(self) -> str:
        return self.name
