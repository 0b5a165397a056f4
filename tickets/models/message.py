"""One thing said in a ticket, and the media that came with it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from tickets.choices import Direction, MessageKind, Visibility
from tickets.models.departed import Doer

# Polling alone takes some minutes; more is a gap that was filled later.
LATE_AFTER = timedelta(minutes=15)


class Message(models.Model):
    """Unique by (address, external id): webhook, poll and redelivery of one post are one message, each source noted.

    `ticket` is empty for what our own account said to nobody in particular (an announcement); it is kept because
    people answer it. `identity` is the customer's end in both directions: who wrote, or to whom we wrote.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("ticket"),
    )
    address = models.ForeignKey("tickets.Address", models.PROTECT, related_name="messages", verbose_name=_("address"))
    external_id = models.CharField(_("external id"), max_length=64, null=True, blank=True)  # noqa: DJ001  (null = not on the channel; unique)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    visibility = models.CharField(_("visibility"), max_length=8, choices=Visibility)
    identity = models.ForeignKey(
        "tickets.Identity",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("customer"),
    )
    agent = Doer(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name=_("agent"))
    automated = models.BooleanField(_("automatic"), default=False, help_text=_("Nobody wrote it; it answers nothing."))
    text = models.TextField(_("text"))
    original_text = models.TextField(_("text as it came"), blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    spans = models.JSONField(_("links in the text"), default=list, blank=True)
    in_reply_to = models.CharField(_("answers"), max_length=64, blank=True)
    conversation = models.CharField(_("conversation"), max_length=64, blank=True)
    quoted = models.JSONField(_("quoted message"), null=True, blank=True)
    permalink = models.CharField(_("address on the channel"), max_length=300, blank=True)
    sources = ArrayField(models.CharField(max_length=24), verbose_name=_("told by"), default=list, blank=True)
    labels = ArrayField(models.CharField(max_length=60), verbose_name=_("labels"), default=list, blank=True)
    left_resolved = models.BooleanField(
        _("left its ticket resolved"),
        default=False,
        db_default=False,
        help_text=_("By a routing rule: it reopened nothing, and no answer is promised to it."),
    )
    # Of what we wrote privately before they had: where its question was asked. Its index holds only those few (Meta).
    asked_on = models.ForeignKey(
        "tickets.Ticket",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("asked in public on"),
    )
    sent_at = models.DateTimeField(_("said"), help_text=_("The message's own time on its channel."))
    received_at = models.DateTimeField(_("received"))
    read_at = models.DateTimeField(_("read there"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted there"), null=True, blank=True)
    deleted_by = models.CharField(
        _("deleted for us by"),
        max_length=150,
        blank=True,
        default="",
        db_default="",
        help_text=_("Who of us took it out of the account's view; the other side still has it."),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["address", "external_id"], name="message_once_per_address"),
            # X's automation rules: nothing automatic is ever said in public.
            models.CheckConstraint(
                condition=Q(automated=False) | Q(visibility="private", direction="out"),
                name="automatic_only_in_private",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "sent_at", "id"], name="message_timeline"),
            # Matching: what one customer said in one conversation, and what answers a message we now receive.
            models.Index(
                fields=["address", "conversation", "identity", "-sent_at"],
                condition=~Q(conversation=""),
                name="message_conversation",
            ),
            # All that one person said to us and we to them, the latest first.
            models.Index(fields=["identity", "-sent_at", "-id"], name="message_of_person"),
            # Who answered on which tickets.
            models.Index(
                fields=["agent", "ticket"],
                condition=Q(agent__isnull=False, automated=False, direction=Direction.OUT),
                name="message_answered_by",
            ),
            # What rules left resolved.
            models.Index(fields=["ticket"], condition=Q(left_resolved=True), name="message_left_resolved"),
            # What search queries found: on which tickets, and by which.
            models.Index(fields=["ticket"], condition=Q(labels__0__isnull=False), name="message_found_on"),
            GinIndex(fields=["labels"], condition=Q(labels__0__isnull=False), name="message_found_by"),
            # What was answered in private.
            models.Index(fields=["asked_on"], condition=Q(asked_on__isnull=False), name="message_asked_on"),
            # Reports: what was said in a stretch of time.
            models.Index(fields=["sent_at"], name="message_said"),
            # What an account said to nobody in particular.
            models.Index(fields=["address", "-sent_at"], condition=Q(ticket=None), name="message_loose"),
            models.Index(fields=["address", "in_reply_to"], condition=~Q(in_reply_to=""), name="message_answers"),
            # What quotes a message that is deleted: the copy of its words goes too.
            models.Index(
                F("address"),
                KeyTextTransform("external_id", "quoted"),
                condition=Q(quoted__isnull=False),
                name="message_quotes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.external_id or self.pk}"

    @property
    def came_late(self) -> bool:
        """It reached us long after it was said (an outage, a back-fill); its clocks started when it was said."""
        return self.direction == Direction.IN and self.received_at - self.sent_at > LATE_AFTER

    @property
    def quote_of(self) -> str:
        """The external id of what it quotes on purpose; a post that merely contains a link to one has its copy too."""
        return str((self.quoted or {}).get("external_id", "")) if self.kind == MessageKind.QUOTE else ""


class Media(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="media", verbose_name=_("message"))
    external_id = models.CharField(_("external id"), max_length=64, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    url = models.CharField(_("file"), max_length=500)
    preview_url = models.CharField(_("preview"), max_length=500, blank=True)
    alt_text = models.TextField(_("description"), blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    needs_auth = models.BooleanField(_("for participants only"), default=False)

    class Meta:
        verbose_name = _("media")
        verbose_name_plural = _("media")
        ordering = ["id"]
