
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0521_shared_views_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gesture", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="gesture")),
                ("sheet", models.UUIDField(editable=False, unique=True)),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("status", "Status"),
                            ("priority", "Priority"),
                            ("snooze", "Snooze"),
                            ("tag", "Add tags"),
                            ("untag", "Remove tags"),
                            ("queue", "Move"),
                            ("folder", "File"),
                            ("macro", "Macro"),
                        ],
                        max_length=10,
                        verbose_name="what is done",
                    ),
                ),
                ("value", models.JSONField(default=dict, verbose_name="to what")),
                ("of", models.JSONField(default=dict, verbose_name="of which list")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="running",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="ordered")),
                ("served_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="tickets")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ordered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of many tickets",
                "verbose_name_plural": "changes of many tickets",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="BulkTrace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits"),
                            ("changed", "Changed"),
                            ("same", "Was so already"),
                            ("refused", "Could not be"),
                            ("back", "Taken back"),
                            ("left", "Not taken back"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="what became of it",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="why")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="traces",
                        to="tickets.bulkrun",
                        verbose_name="change",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket of a change",
                "verbose_name_plural": "tickets of a change",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="bulkrun",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["served_at", "id"], name="bulk_run_to_do"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkrun",
            index=models.Index(fields=["by", "-id"], name="bulk_run_of"),
        ),
        migrations.AddIndex(
            model_name="bulktrace",
            index=models.Index(fields=["run", "mark", "ticket"], name="bulk_trace_by_mark"),
        ),
        migrations.AddConstraint(
            model_name="bulktrace",
            constraint=models.UniqueConstraint(fields=("run", "ticket"), name="bulk_trace_once"),
        ),
    ]
