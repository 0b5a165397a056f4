"""Searches that are kept under a name."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import Shared

LONGEST_LINE = 500


def leave_shared(collector: Any, field: Any, rows: "models.QuerySet[Any]", using: str) -> None:
    """When its owner is deleted: what others have stays, and is nobody's in particular; what was theirs alone goes."""
    models.SET_NULL(collector, field, rows.exclude(shared=Shared.NOBODY), using)
    models.CASCADE(collector, field, rows.filter(shared=Shared.NOBODY), using)


class SavedView(models.Model):
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("search"), max_length=LONGEST_LINE, help_text=_("As it is typed into the search box."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        leave_shared,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("whose"),
        help_text=_("Nobody chosen: it is not one person's own, and is shared."),
    )
    shared = models.CharField(_("who has it"), max_length=8, choices=Shared, default=Shared.NOBODY)
    team = models.ForeignKey(
        "tickets.Team", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("the team")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100, help_text=_("The lower, the further up."))
    # The queues its search names: who may not look into one of them is not shown the view.
    queues = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shared=Shared.TEAM, team__isnull=False) | (~Q(shared=Shared.TEAM) & Q(team=None)),
                name="saved_view_of_one_team",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(shared=Shared.NOBODY), name="saved_view_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return self.name
