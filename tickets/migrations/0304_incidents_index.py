"""Parts of incidents by the incident; built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0304_incidents")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)), fields=["part_of"], name="ticket_part_of"
            ),
        ),
    ]
