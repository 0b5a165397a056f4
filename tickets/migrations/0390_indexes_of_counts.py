"""Counts of queues and folders in the order they are told in; who answered on which tickets; followers.

Built beside the traffic.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0380_late_saves")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["queue", "folder"],
                include=["next_due_at", "assignee", "private", "snoozed_at"],
                name="ticket_counted",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("agent__isnull", False), ("automated", False), ("direction", "out")),
                fields=["agent", "ticket"],
                name="message_answered_by",
            ),
        ),
        AddIndexConcurrently(
            model_name="identity", index=models.Index(fields=["followers"], name="identity_by_followers")
        ),
    ]
