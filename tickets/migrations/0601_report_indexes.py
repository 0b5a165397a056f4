"""What the reports add up of a day is found by when it was said, done, resolved, due. Built beside the traffic."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

UNDONE = ("new", "open", "pending", "on_hold")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0600_report_days")]

    operations = [
        AddIndexConcurrently("activity", BrinIndex(fields=["at"], name="activity_done", pages_per_range=16)),
        AddIndexConcurrently("message", models.Index(fields=["sent_at"], name="message_said")),
        AddIndexConcurrently(
            "slaclock", models.Index(fields=["ended_at"], condition=models.Q(("met", True)), name="clock_kept")
        ),
        AddIndexConcurrently(
            "slaclock",
            models.Index(
                fields=["due_at"],
                condition=models.Q(("met", False), ("ended_at", None), _connector="OR"),
                name="clock_missed",
            ),
        ),
        AddIndexConcurrently("ticket", models.Index(fields=["opened_at"], name="ticket_opened")),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["resolved_at"],
                condition=models.Q(("merged_into", None), ("status__in", ("resolved", "closed"))),
                name="ticket_resolved",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["opened_at"],
                include=("queue", "address", "status", "last_by_us", "private", "assignee", "snoozed_at"),
                condition=models.Q(("status__in", UNDONE)),
                name="ticket_by_age",
            ),
        ),
    ]
