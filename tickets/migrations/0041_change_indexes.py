"""The order of changes as an index, and people by handle; built beside the running desk."""

import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def concurrently(name, table):
    return migrations.RunSQL(
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} (changed, id)",
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0040_change_marks")]

    operations = [
        concurrently("ticket_by_change", "tickets_ticket"),
        concurrently("message_by_change", "tickets_message"),
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(django.db.models.functions.text.Upper("handle"), name="identity_by_handle"),
        ),
    ]
