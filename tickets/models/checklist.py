"""Checklists: what has to be done on a ticket, item by item; and the lists kept to be used again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.departed import Doer

LONGEST_ITEM = 200


class Checklist(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    enabled = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ChecklistLine(models.Model):
    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="lines", verbose_name=_("checklist"))
    text = models.CharField(_("what is to be done"), max_length=LONGEST_ITEM)
    required = models.BooleanField(
        _("required"), default=False, help_text=_("While it is open, the ticket cannot be resolved or closed.")
    )
    position = models.PositiveIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class ChecklistItem(models.Model):
    """One thing to be done on one ticket."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="items", verbose_name=_("ticket"))
    text = models.CharField(_("what is to be done"), max_length=LONGEST_ITEM)
    required = models.BooleanField(_("required"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    done_by = Doer(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        verbose_name=_("done by"),
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("thing to be done")
        verbose_name_plural = _("things to be done")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ticket"], condition=Q(required=True, done_at=None), name="checklist_required_open")
        ]

    def __str__(self) -> str:
        return self.text
