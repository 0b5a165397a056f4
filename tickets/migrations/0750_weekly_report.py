"""The reports of a week by mail: who wants them, and to whom which went."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0762_asked_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="noticesettings",
            name="weekly_report",
            field=models.BooleanField(db_default=False, default=False, verbose_name="weekly report"),
        ),
        migrations.CreateModel(
            name="WeeklyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(help_text="Its Monday.", verbose_name="week")),
                ("tries", models.PositiveSmallIntegerField(default=1, verbose_name="tries")),
                ("claimed_until", models.DateTimeField(blank=True, null=True, verbose_name="next try")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="over")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "reason",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=300, verbose_name="what went wrong"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly report",
                "verbose_name_plural": "weekly reports",
                "ordering": ["-week", "person_id"],
                "constraints": [models.UniqueConstraint(fields=("person", "week"), name="weekly_report_once")],
            },
        ),
    ]
