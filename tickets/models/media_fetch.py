"""Files of messages that only a participant is given: which are still to be fetched, and how that went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from tickets.choices import FetchState


class MediaFetch(models.Model):
    media = models.OneToOneField("tickets.Media", models.CASCADE, related_name="fetch", verbose_name=_("media"))
    state = models.CharField(_("state"), max_length=8, choices=FetchState, default=FetchState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("file to be fetched")
        verbose_name_plural = _("files to be fetched")
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="fetch_due")]

    def __str__(self) -> str:
        return f"{self.state} {self.media_id}"

    @property
    def why(self) -> str:
        """Why it waits or failed, in the language of whoever reads it where that is one of our sentences."""
        return say(self.reason)
