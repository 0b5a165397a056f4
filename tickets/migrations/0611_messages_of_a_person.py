"""All that one person said, the latest first; it takes the place of the index by person alone. Built beside the traffic,
the old one dropped when it stands."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0610_customer_notes")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["identity", "-sent_at", "-id"], name="message_of_person"),
        ),
        migrations.AlterField(
            model_name="message",
            name="identity",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="tickets.identity",
                verbose_name="customer",
            ),
        ),
    ]
