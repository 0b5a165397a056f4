"""One customer's one concern, from first message to closure."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import ACTIVE_STATUSES, CATEGORY_OF, UNDONE_STATUSES, Metric, Priority, Status, StatusCategory


class Ticket(models.Model):
    """The primary key is the number people say. The `last_*`, `next_*` and count columns repeat what messages and
    clocks say, so that a list row needs no other table."""

    address = models.ForeignKey("tickets.Address", models.PROTECT, related_name="tickets", verbose_name=_("address"))
    customer = models.ForeignKey("tickets.Customer", models.PROTECT, related_name="tickets", verbose_name=_("customer"))
    identity = models.ForeignKey("tickets.Identity", models.PROTECT, related_name="tickets", verbose_name=_("identity"))
    private = models.BooleanField(_("private"), default=False)
    kind = models.CharField(_("began as"), max_length=12)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    queue = models.ForeignKey("tickets.Queue", models.PROTECT, related_name="tickets", verbose_name=_("queue"))
    folder = models.ForeignKey(
        "tickets.Folder",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("folder"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("assignee"),
    )
    sla_policy = models.ForeignKey(
        "tickets.SlaPolicy", models.SET_NULL, null=True, blank=True, verbose_name=_("SLA policy")
    )
    follow_up_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="follow_ups", verbose_name=_("follows")
    )
    # Everything that was said here is there. Its index holds only those few (Meta).
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="merged",
        verbose_name=_("brought to"),
    )
    # Of a private ticket that began with our answer to what was asked in public. Its index holds only those few (Meta).
    asked_on = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="answered_in_private",
        verbose_name=_("asked in public on"),
    )
    # The incident it belongs to. Its index holds only those few (Meta).
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, related_name="parts", verbose_name=_("part of")
    )
    tags = models.ManyToManyField("tickets.Tag", blank=True, related_name="tickets", verbose_name=_("tags"))
    skills = models.ManyToManyField(
        "tickets.Skill", blank=True, related_name="tickets", verbose_name=_("skills needed")
    )

    opened_at = models.DateTimeField(_("opened"), help_text=_("The first message's own time on its channel."))
    created_at = models.DateTimeField(_("created"), help_text=_("When it reached us."))
    last_message_at = models.DateTimeField(_("last message"))
    last_inbound_at = models.DateTimeField(_("last written by the customer"), null=True, blank=True)
    last_outbound_at = models.DateTimeField(_("last written by us"), null=True, blank=True)
    last_text = models.CharField(_("last words"), max_length=200, blank=True)
    last_by_us = models.BooleanField(_("last word is ours"), default=False)
    message_count = models.PositiveIntegerField(_("messages"), default=0)
    # What is told later, of before that, changes nothing of the promises that the merge chose.
    merged_at = models.DateTimeField(_("others brought to it"), null=True, blank=True, editable=False)
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True)
    next_due_metric = models.CharField(_("next promise"), max_length=16, blank=True, choices=Metric)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    # Put aside since; without a moment until the customer writes. Who and why are of the last time.
    snoozed_at = models.DateTimeField(_("put aside"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("put aside until"), null=True, blank=True)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("put aside by"),
    )
    snooze_reason = models.CharField(_("put aside because"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        permissions = [
            ("work_ticket", "Can work tickets: assign, change, write notes"),
            ("send_reply", "Can answer customers"),
            ("see_private", "Can read and answer private messages"),
            ("approve_reply", "Can let other people's answers go"),
            ("every_queue", "Can do in every queue what the role allows, whoever staffs it"),
            ("view_reports", "Can see the reports: figures of tickets and people"),
            ("audit_desk", "Can look at everything, how the desk is set up too"),
            ("configure_desk", "Can set up the whole desk"),
        ]
        indexes = [
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ticket_merged"),
            models.Index(fields=["asked_on"], condition=Q(asked_on__isnull=False), name="ticket_asked_on"),
            models.Index(fields=["part_of"], condition=Q(part_of__isnull=False), name="ticket_part_of"),
            # Those put aside: the list of them, the sweep that wakes them, and a colleague who goes.
            models.Index(fields=["snoozed_at"], condition=Q(snoozed_at__isnull=False), name="ticket_snoozed"),
            models.Index(fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="ticket_wakes"),
            models.Index(fields=["snoozed_by"], condition=Q(snoozed_by__isnull=False), name="ticket_snoozed_by"),
            # Lists show undone tickets by due time, then by age; closed ones are never walked. What lists and the
            # counts beside them ask of an undone ticket is in the index itself.
            models.Index(
                fields=["next_due_at", "id"],
                include=["queue", "folder", "assignee", "private", "snoozed_at"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_undone",
            ),
            # The counts of all queues and folders, in the order they are told in.
            models.Index(
                fields=["queue", "folder"],
                include=["next_due_at", "assignee", "private", "snoozed_at"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_counted",
            ),
            models.Index(
                fields=["next_due_at", "id"],
                include=["queue", "folder", "private", "snoozed_at"],
                condition=Q(assignee=None, status__in=UNDONE_STATUSES),
                name="ticket_nobodys",
            ),
            models.Index(
                fields=["address", "-last_message_at", "-id"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_undone_latest",
            ),
            models.Index(
                fields=["queue", "next_due_at", "id"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_queue_by_due",
            ),
            models.Index(
                fields=["assignee", "next_due_at", "id"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_mine_by_due",
            ),
            # Who gets which: what waits for somebody, by due time; what each has in hand.
            models.Index(
                fields=["queue", "next_due_at", "id"],
                condition=Q(assignee=None, status__in=ACTIVE_STATUSES, snoozed_at=None),
                name="ticket_waiting",
            ),
            models.Index(
                fields=["assignee", "queue", "private"],
                condition=Q(assignee__isnull=False, status__in=ACTIVE_STATUSES, snoozed_at=None),
                name="ticket_in_hand",
            ),
            models.Index(fields=["status", "-last_message_at", "-id"], name="ticket_by_status"),
            # Those that end by their age.
            models.Index(
                fields=["address", "last_message_at"], condition=Q(status=Status.PENDING), name="ticket_silent"
            ),
            models.Index(
                fields=["address", "resolved_at"], condition=Q(status=Status.RESOLVED), name="ticket_done_since"
            ),
            # What a search finds, whatever its status.
            models.Index(fields=["-last_message_at", "-id"], name="ticket_by_recency"),
            # Tickets are written in the order they come, so a summary of each stretch is enough.
            BrinIndex(fields=["created_at"], name="ticket_created"),
            # The shift: what waits for us in each queue, whose customer had the last word first.
            models.Index(
                fields=["queue", "last_message_at", "id"],
                include=["private"],
                condition=Q(status__in=ACTIVE_STATUSES, last_by_us=False, snoozed_at=None),
                name="ticket_waits_since",
            ),
            # Reports: what began, and what was resolved, in a stretch of time; what is undone, by its age.
            models.Index(fields=["opened_at"], name="ticket_opened"),
            models.Index(
                fields=["resolved_at"],
                condition=Q(status__in=(Status.RESOLVED, Status.CLOSED), merged_into=None),
                name="ticket_resolved",
            ),
            models.Index(
                fields=["opened_at"],
                include=["queue", "address", "status", "last_by_us", "private", "assignee", "snoozed_at"],
                condition=Q(status__in=UNDONE_STATUSES),
                name="ticket_by_age",
            ),
            # Matching: the private ticket of one customer at one address.
            models.Index(fields=["address", "customer", "private", "-last_message_at"], name="ticket_matching"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def category(self) -> StatusCategory:
        return CATEGORY_OF[Status(self.status)]

    @property
    def waits_for_us(self) -> bool:
        """It is ours to act on and the last word is the customer's. What was answered elsewhere waits for them."""
        return self.category == StatusCategory.ACTIVE and not self.last_by_us and self.snoozed_at is None

    @property
    def snooze(self) -> Self | None:
        """Itself, while it is put aside."""
        return self if self.snoozed_at is not None else None

    @property
    def incident_name(self) -> str:
        """What it is called as an incident; empty for every other ticket."""
        return self.incident.name if hasattr(self, "incident") and self.incident.unmade_at is None else ""

    def rouse(self) -> bool:
        """It is put aside no more; returns whether it was. Saved by the caller."""
        slept = self.snoozed_at is not None
        self.snoozed_at = self.snoozed_until = None
        return slept
