"""Answers on their way out. The row is the truth: what is not marked sent was not sent, as far as we know."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from tickets.choices import UNSAID_STATES, SendState


class OutboxEntry(models.Model):
    message = models.OneToOneField("tickets.Message", models.CASCADE, related_name="outbox", verbose_name=_("message"))
    address = models.ForeignKey("tickets.Address", models.PROTECT, related_name="outbox", verbose_name=_("address"))
    recipient = models.ForeignKey(
        "tickets.Identity", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    private = models.BooleanField(_("private"), help_text=_("As its message; public and private go out separately."))
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, help_text=_("The same at every try."))
    state = models.CharField(_("state"), max_length=10, choices=SendState, default=SendState.HELD)
    circle = models.CharField(
        _("who may answer it"), max_length=20, blank=True, default="", db_default="", help_text=_("Empty: everybody.")
    )
    spares = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("not to be notified"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("By what the channel knows them, of those it would notify by itself."),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=0, help_text=_("Higher goes first."))
    fingerprint = models.CharField(_("fingerprint of the text"), max_length=64)
    not_before = models.DateTimeField(_("not before"))
    # Its place among what the same customer hears, once a try moved `not_before`; empty until then.
    turn_at = models.DateTimeField(_("its turn"), null=True, blank=True, editable=False)
    follows = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("goes after"),
        help_text=_("Not sent before this one is out; in public it then answers it."),
    )
    seen = models.BigIntegerField(
        _("known"), null=True, blank=True, editable=False, help_text=_("The latest message its writer knew of.")
    )
    wording = models.BigIntegerField(
        _("known wording"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("The latest change of words when it was written, scheduled or given another moment."),
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    first_tried_at = models.DateTimeField(_("first tried"), null=True, blank=True)
    # The last try that nobody knows the fate of; while one is under way, `claimed_at` is another.
    perhaps_out_at = models.DateTimeField(_("perhaps out since"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    left_at = models.DateTimeField(
        _("left unsent"), null=True, blank=True, editable=False, help_text=_("Somebody decided that it shall not go.")
    )
    code = models.CharField(_("code"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    quotes: Any = None  # the message of a ticket that it quotes, where a page asked (outgoing.note_quoted)
    void: Any = None  # why it is not told any more, where a page asked (incidents.untelling.note_void)
    wait: Any = None  # how long a limit holds it up, where a page asked (waiting.note_waits)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(
                fields=["address", "private", "-priority", "not_before", "id"],
                condition=Q(state__in=["held", "queued"]),
                name="outbox_lane",
            ),
            models.Index(
                fields=["address", "fingerprint"],
                condition=Q(state__in=["held", "queued", "sending", "unknown", "failed"]),
                name="outbox_echo",
            ),
            # One customer hears our answers in the order they were to go.
            models.Index(
                F("recipient"),
                F("address"),
                F("private"),
                Coalesce("turn_at", "not_before"),
                F("id"),
                condition=Q(state__in=["held", "queued", "sending", "unknown"]),
                name="outbox_turns",
            ),
            models.Index(fields=["not_before"], condition=Q(state="scheduled"), name="outbox_scheduled"),
            # Whether the account said the same lately (tickets/sending/terms.py).
            models.Index(
                fields=["address", "fingerprint", "created_at"], condition=Q(private=False), name="outbox_repeats"
            ),
            models.Index(fields=["claimed_at"], condition=Q(state__in=["sending", "unknown"]), name="outbox_stuck"),
            # What is not out, the newest first, among much that is.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["held", "queued", "scheduled", "awaiting", "sending", "unknown", "failed"]),
                name="outbox_unsent",
            ),
            # When an account last said something (tickets/sending/retrying.py).
            models.Index(fields=["address", "private", "id"], condition=Q(state="sent"), name="outbox_said"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.key}"

    @property
    def can_be_taken_back(self) -> bool:
        """Nobody has tried to send it yet; also what waits for a person because the conversation moved."""
        untried = self.first_tried_at is None if self.state == SendState.FAILED else not self.tries
        return untried and self.state in (*UNSAID_STATES, SendState.HELD, SendState.QUEUED, SendState.FAILED)

    @property
    def why(self) -> str:
        """Its reason as it was written down, in the language of whoever reads it where that is one of our sentences."""
        return say(self.reason)

    @property
    def can_be_left(self) -> bool:
        """It was tried in vain, and nobody has decided yet that it shall not go."""
        return self.state == SendState.FAILED and not self.can_be_taken_back and self.left_at is None


class SendAttempt(models.Model):
    """One try: when, how it ended, what the channel answered."""

    entry = models.ForeignKey(OutboxEntry, models.CASCADE, related_name="attempts", verbose_name=_("outgoing message"))
    purpose = models.CharField(_("purpose"), max_length=10, default="send")  # send, read_back
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"))
    outcome = models.CharField(_("outcome"), max_length=10)
    code = models.CharField(_("code"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("send attempt")
        verbose_name_plural = _("send attempts")
        ordering = ["started_at", "id"]
