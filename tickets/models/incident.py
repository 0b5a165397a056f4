"""One event behind many tickets, and what was told to all of them at once."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import PartState

LONGEST_NAME = 100


class StandingIncidents(models.Manager["Incident"]):
    def get_queryset(self) -> models.QuerySet["Incident"]:
        return super().get_queryset().filter(unmade_at=None)


class Incident(models.Model):
    """A ticket that others are part of (Ticket.part_of). One that was unmade keeps its row for what was told: it is
    among `every`, and nowhere else."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="incident", verbose_name=_("ticket"))
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    unmade_at = models.DateTimeField(_("unmade"), null=True, blank=True)
    ends = ArrayField(
        models.DateTimeField(),
        verbose_name=_("parts resolved while it stayed open"),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
    )

    objects = StandingIncidents()
    every = models.Manager["Incident"]()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """One text for the customers of an incident, in public and in private apart; an empty one is told to nobody."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="statements", verbose_name=_("incident"))
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    public = models.TextField(_("in public"), blank=True)
    private = models.TextField(_("in private"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.incident}: {self.at:%Y-%m-%d %H:%M}"


class StatementPart(models.Model):
    """To one customer, on one ticket: waits for a worker, is in the outbox (`message`), or was refused (`reason`).
    `repeats`: refused because the same was said just now; where it waits, it is to be said all the same."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="parts", verbose_name=_("statement"))
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", verbose_name=_("ticket"))
    state = models.CharField(_("state"), max_length=8, choices=PartState, default=PartState.WAITING)
    message = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    reason = models.CharField(_("why not"), max_length=400, blank=True)
    repeats = models.BooleanField(_("the same words once more"), default=False, db_default=False)

    class Meta:
        verbose_name = _("part of a statement")
        verbose_name_plural = _("parts of statements")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["statement", "ticket"], name="statement_once")]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="statement_to_do")]
