"""What somebody proves beside their password that it is them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kapture.sealing import SealedField


class SecondFactor(models.Model):
    """The secret that an app of theirs holds too. It counts once it was confirmed by a code."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="second_factor",
        verbose_name=_("person"),
    )
    secret = SealedField(_("secret"))
    # Told to a session that has shown it: another one after it was set up anew.
    key = models.UUIDField(_("key"), unique=True, editable=False)
    began_at = models.DateTimeField(_("begun"))
    confirmed_at = models.DateTimeField(_("in use since"), null=True)
    last_step = models.BigIntegerField(_("last code"), default=0)
    recovery = models.JSONField(_("recovery codes"), default=list)
    failures = models.PositiveSmallIntegerField(_("wrong codes in a row"), default=0)
    closed_until = models.DateTimeField(_("closed until"), null=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        ordering = ["person_id"]

    def __str__(self) -> str:
        return str(self.person)
