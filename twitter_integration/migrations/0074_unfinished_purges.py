"""What purges that were cut off still have to look for."""

import django.db.models.deletion
from django.db import migrations, models

import kapture.sealing


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0073_emptied_deliveries")]

    operations = [
        migrations.CreateModel(
            name="UnfinishedPurge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("needles", kapture.sealing.SealedField(verbose_name="what to look for")),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unfinished_purge",
                        to="twitter_integration.partneraccount",
                        verbose_name="partner configuration",
                    ),
                ),
            ],
            options={"verbose_name": "unfinished purge", "verbose_name_plural": "unfinished purges"},
        ),
    ]
