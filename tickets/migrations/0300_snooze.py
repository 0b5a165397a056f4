"""Putting tickets aside until later. Empty columns: no row is written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0290_teams_and_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="snooze_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="put aside because"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="put aside"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="put aside by",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="put aside until"),
        ),
    ]
