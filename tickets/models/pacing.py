"""How much of a channel's limits is used: shared by every worker and host, so it lives here and not in a process."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendWindow(models.Model):
    """One limit of a channel: so many calls in so many seconds, for everybody who shares its key."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    words = models.CharField(_("in words"), max_length=200)
    limit = models.PositiveIntegerField(_("limit"), help_text=_("As the channel last told it."))
    published = models.PositiveIntegerField(_("published limit"))
    seconds = models.PositiveIntegerField(_("length, seconds"))
    used = models.PositiveIntegerField(_("used"), default=0)
    resets_at = models.DateTimeField(_("starts anew"), null=True, blank=True)
    told_reset = models.DateTimeField(_("starts anew, as told"), null=True, blank=True)
    alarm_at = models.DateTimeField(_("woken for"), null=True, blank=True, help_text=_("One wake-up a window."))

    class Meta:
        verbose_name = _("sending limit")
        verbose_name_plural = _("sending limits")

    def __str__(self) -> str:
        return self.key


class SendLane(models.Model):
    """What one address says in public, or in private: it passes all of its windows, and keeps its own order."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="lanes", verbose_name=_("address"))
    private = models.BooleanField(_("private"))
    windows = models.ManyToManyField(SendWindow, related_name="lanes", verbose_name=_("limits"))
    refreshed_at = models.DateTimeField(_("asked the channel"))
    served_at = models.DateTimeField(_("last sent"), null=True, blank=True, help_text=_("Accounts go in turn."))

    class Meta:
        verbose_name = _("sending lane")
        verbose_name_plural = _("sending lanes")
        constraints = [models.UniqueConstraint(fields=["address", "private"], name="lane_once_per_address")]

    def __str__(self) -> str:
        return f"{self.address_id} {'private' if self.private else 'public'}"
