"""Which public ticket a private one answers; the index is built beside the traffic."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0261_dry_runs")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="asked_on",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="answered_in_private",
                to="tickets.ticket",
                verbose_name="asked in public on",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="ticket_asked_on"
            ),
        ),
    ]
