"""Where an account's new tickets go that begin with one kind of message."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import PLACED_KINDS, Priority


class Placement(models.Model):
    """What is empty is as for the account's other tickets."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="placements", verbose_name=_("address"))
    kind = models.CharField(_("begins with"), max_length=12, choices=PLACED_KINDS)
    queue = models.ForeignKey("tickets.Queue", models.SET_NULL, null=True, blank=True, verbose_name=_("queue"))
    folder = models.ForeignKey("tickets.Folder", models.SET_NULL, null=True, blank=True, verbose_name=_("folder"))
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, blank=True)
    sla_policy = models.ForeignKey(
        "tickets.SlaPolicy", models.SET_NULL, null=True, blank=True, verbose_name=_("SLA policy")
    )

    class Meta:
        verbose_name = _("place of a kind")
        verbose_name_plural = _("places of kinds")
        ordering = ["address", "kind"]
        constraints = [models.UniqueConstraint(fields=["address", "kind"], name="one_place_per_kind")]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"
