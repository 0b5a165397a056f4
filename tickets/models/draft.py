"""What somebody has begun to write and not sent: their own, one for each ticket and way to answer."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import DraftMode


class Draft(models.Model):
    """On a ticket, or (with `address`) of a post that is on none."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name=_("whose"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, null=True, blank=True, related_name="drafts", verbose_name=_("ticket")
    )
    address = models.ForeignKey(
        "tickets.Address", models.CASCADE, null=True, blank=True, related_name="drafts", verbose_name=_("account")
    )
    mode = models.CharField(_("way to answer"), max_length=8, choices=DraftMode)
    began = models.CharField(_("begun as"), max_length=8, choices=DraftMode)
    text = models.TextField(_("text"), blank=True)
    answers = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answers")
    )
    send_at = models.DateTimeField(_("to be sent"), null=True, blank=True)
    invite = models.BooleanField(_("with an invitation"), default=False)
    circle = models.CharField(_("who may answer it"), max_length=20, blank=True, default="", db_default="")
    spares = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("not to be notified"),
        default=list,
        db_default=[],
        blank=True,
    )
    quotes = models.CharField(_("post it quotes"), max_length=64, blank=True, default="", db_default="")
    came_back = models.TextField(_("why it came back"), blank=True, default="", db_default="")
    left_out = models.TextField(_("files that cannot go"), blank=True, default="", db_default="")
    changed_at = models.DateTimeField(_("changed"))
    # Of several saves of one window the latest holds, in whatever order they arrive.
    window = models.UUIDField(_("window it was written in"), null=True, blank=True)
    edit = models.BigIntegerField(_("its save"), default=0, db_default=0)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "ticket", "mode"], condition=Q(ticket__isnull=False), name="draft_once_per_mode"
            ),
            models.UniqueConstraint(
                fields=["person", "address"], condition=Q(ticket__isnull=True), name="draft_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=True) ^ Q(address__isnull=True), name="draft_of_ticket_or_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.pk}"

    @property
    def private(self) -> bool:
        """Whether its words were meant for one person at any time."""
        return DraftMode.PRIVATE in (self.mode, self.began)
