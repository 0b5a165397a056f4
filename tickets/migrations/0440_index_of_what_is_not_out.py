"""What is not out, the newest first: for the outbox page and its counts; and when an account last said something. Built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0456_latest_tickets_of_a_tag")]

    operations = [
        AddIndexConcurrently(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["held", "queued", "scheduled", "awaiting", "sending", "unknown", "failed"])
                ),
                fields=["id"],
                name="outbox_unsent",
            ),
        ),
        AddIndexConcurrently(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["address", "private", "id"], name="outbox_said"
            ),
        ),
    ]
