"""Up to where customers have read what an account wrote to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadMark(models.Model):
    """Up to where a customer has read what an account wrote privately. A receipt may come before what was read."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="+", verbose_name=_("address"))
    person = models.CharField(_("customer"), max_length=64, help_text=_("The channel's own id."))
    read_to = models.DateTimeField(_("read what was said until"))
    read_at = models.DateTimeField(_("read there"))

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [models.UniqueConstraint(fields=["address", "person"], name="read_mark_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.read_to}"
