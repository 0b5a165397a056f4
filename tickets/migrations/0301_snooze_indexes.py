"""Of those few that are put aside; built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_INDEXES = {"snoozed_at": "ticket_snoozed", "snoozed_until": "ticket_wakes", "snoozed_by": "ticket_snoozed_by"}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0300_snooze")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q((f"{column}__isnull", False)), fields=[column], name=name
            ),
        )
        for column, name in _INDEXES.items()
    ]
