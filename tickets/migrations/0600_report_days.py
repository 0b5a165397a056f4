"""The figures of past days, added up for the reports; and who may see them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0612_erase_customer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("day", models.DateField(verbose_name="day")),
                ("stale", models.BooleanField(default=True, verbose_name="to be added up")),
                ("figured_at", models.DateTimeField(blank=True, null=True, verbose_name="added up")),
            ],
            options={
                "verbose_name": "day of the reports",
                "verbose_name_plural": "days of the reports",
            },
        ),
        migrations.CreateModel(
            name="ReportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("whole", "Everything"),
                            ("queue", "Queue"),
                            ("account", "Account"),
                            ("agents", "Agent, of everything"),
                            ("tags", "Tag, of everything"),
                            ("place", "Queue, account and privacy"),
                            ("agent", "Agent"),
                            ("tag", "Tag"),
                        ],
                        max_length=8,
                    ),
                ),
                ("private", models.BooleanField(null=True)),
                ("received", models.PositiveIntegerField(default=0)),
                ("answers", models.PositiveIntegerField(default=0)),
                ("automatic", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveIntegerField(default=0)),
                ("resolved", models.PositiveIntegerField(default=0)),
                ("reopened", models.PositiveIntegerField(default=0)),
                ("first_kept", models.PositiveIntegerField(default=0)),
                ("first_missed", models.PositiveIntegerField(default=0)),
                ("first_delayed", models.PositiveIntegerField(default=0)),
                ("next_kept", models.PositiveIntegerField(default=0)),
                ("next_missed", models.PositiveIntegerField(default=0)),
                ("next_delayed", models.PositiveIntegerField(default=0)),
                ("resolution_kept", models.PositiveIntegerField(default=0)),
                ("resolution_missed", models.PositiveIntegerField(default=0)),
                ("resolution_delayed", models.PositiveIntegerField(default=0)),
                (
                    "received_hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "received_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "answers_hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "answers_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "first_lengths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "first_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "next_lengths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "next_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "resolved_lengths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "resolved_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "line of the reports",
                "verbose_name_plural": "lines of the reports",
            },
        ),
        migrations.CreateModel(
            name="ReportReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ticket_changed", models.BigIntegerField(default=0)),
                ("ticket_number", models.BigIntegerField(default=0)),
                ("message_changed", models.BigIntegerField(default=0)),
                ("message_number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AlterModelOptions(
            name="ticket",
            options={
                "permissions": [
                    ("work_ticket", "Can work tickets: assign, change, write notes"),
                    ("send_reply", "Can answer customers"),
                    ("see_private", "Can read and answer private messages"),
                    ("approve_reply", "Can let other people's answers go"),
                    ("every_queue", "Can do in every queue what the role allows, whoever staffs it"),
                    ("view_reports", "Can see the reports: figures of tickets and people"),
                    ("audit_desk", "Can look at everything, how the desk is set up too"),
                    ("configure_desk", "Can set up the whole desk"),
                ],
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
            },
        ),
        migrations.AddIndex(
            model_name="reportday",
            index=models.Index(condition=models.Q(("stale", True)), fields=["-day"], name="report_day_stale"),
        ),
        migrations.AddConstraint(
            model_name="reportday",
            constraint=models.UniqueConstraint(fields=("zone", "day"), name="one_report_day"),
        ),
        migrations.AddField(
            model_name="reportline",
            name="address",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.address",
            ),
        ),
        migrations.AddField(
            model_name="reportline",
            name="agent",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportline",
            name="day",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="tickets.reportday",
            ),
        ),
        migrations.AddField(
            model_name="reportline",
            name="queue",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.queue",
            ),
        ),
        migrations.AddField(
            model_name="reportline",
            name="tag",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.tag",
            ),
        ),
        migrations.AddIndex(
            model_name="reportline",
            index=models.Index(fields=["day", "part"], name="report_line_by_day"),
        ),
    ]
