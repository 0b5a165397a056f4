"""The lines of the reports by queue, for who sees few of them, or asks for one. Built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0800_spares")]

    operations = [
        AddIndexConcurrently(
            model_name="reportline",
            index=models.Index(fields=["day", "part", "queue"], name="report_line_of_queue"),
        ),
        RemoveIndexConcurrently(model_name="reportline", name="report_line_by_day"),
    ]
