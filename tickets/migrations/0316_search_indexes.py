"""Tickets by their last message, whatever their status, and people by the words
of their names; beside the running desk."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def named(table, columns):
    name = f"{table}_by_name"
    return migrations.RunSQL(
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table}"
        f" USING gin (to_tsvector('simple'::regconfig, kapture_name({columns})))",
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0315_search_entries")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["-last_message_at", "-id"], name="ticket_by_recency"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["created_at"], name="ticket_created"),
        ),
        AddIndexConcurrently(
            model_name="handlechange",
            index=models.Index(django.db.models.functions.text.Upper("before"), name="handle_before"),
        ),
        named("tickets_identity", "name || ' ' || handle"),
        named("tickets_handlechange", "before"),
    ]
