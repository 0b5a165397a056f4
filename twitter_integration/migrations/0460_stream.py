from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside what comes in: the ledger of facts is a big table."""

    atomic = False

    dependencies = [
        ("twitter_integration", "0440_overdue_as_counted"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(fields=["account_id", "kind", "-id"], name="event_stream"),
        ),
    ]
