"""Changed policies put on running promises."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0306_escalation_tells"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="asked")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="tickets")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="tickets gone through")),
                (
                    "changed",
                    models.PositiveIntegerField(default=0, verbose_name="tickets that are due at another moment"),
                ),
                ("cursor", models.BigIntegerField(default=0, editable=False)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="why it failed")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="tickets.slapolicy",
                        verbose_name="policy",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy put on running promises",
                "verbose_name_plural": "policies put on running promises",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["id"], name="policy_run_to_do"
                    )
                ],
            },
        ),
    ]
