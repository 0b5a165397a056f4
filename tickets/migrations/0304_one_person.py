"""Customers who are one person. An empty column, its index built beside the traffic, and the journal."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_WHO = {
    "blank": True,
    "null": True,
    "on_delete": django.db.models.deletion.SET_NULL,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}
_CUSTOMER = {"on_delete": django.db.models.deletion.CASCADE, "related_name": "+", "to": "tickets.customer"}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0304_merges_by_rule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.customer",
                verbose_name="is",
            ),
        ),
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="customer_merged"
            ),
        ),
        migrations.CreateModel(
            name="CustomerMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "identities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="identities that came",
                    ),
                ),
                ("named", models.BooleanField(default=False, editable=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                ("by", models.ForeignKey(**_WHO, verbose_name="who")),
                ("gone", models.ForeignKey(**_CUSTOMER, verbose_name="merged")),
                ("kept", models.ForeignKey(**_CUSTOMER, verbose_name="kept")),
                ("undone_by", models.ForeignKey(**_WHO, verbose_name="undone by")),
            ],
            options={
                "verbose_name": "merge of customers",
                "verbose_name_plural": "merges of customers",
                "ordering": ["-id"],
            },
        ),
    ]
