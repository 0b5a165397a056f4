"""Teams and queues meet in one table, shown on the pages of both."""

from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskInline
from tickets.models import Staffing


class StaffingInline(DeskInline):
    model = Staffing
    extra = 0
    hide_title = True


class TeamInline(StaffingInline):
    """On a queue's page."""

    fields = ("team", "see", "work", "send", "approve")


class QueueInline(StaffingInline):
    """On a team's page."""

    verbose_name = _("queue")
    verbose_name_plural = _("queues it staffs")
    fields = ("queue", "see", "work", "send", "approve")
