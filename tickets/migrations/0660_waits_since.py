"""What waits for us, by queue and since when. Built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0623_language")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["queue", "last_message_at", "id"],
                include=["private"],
                condition=models.Q(status__in=("new", "open"), last_by_us=False, snoozed_at=None),
                name="ticket_waits_since",
            ),
        ),
    ]
