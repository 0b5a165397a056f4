"""What lists, counts and suggestions ask of undone tickets, in the indexes themselves; tickets by tag in order.

Built beside the traffic. An index answers alone only for pages of the table that a vacuum has seen, so tickets are
vacuumed once a fiftieth of them changed, not a fifth.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

UNDONE = models.Q(("status__in", ("new", "open", "pending", "on_hold")))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0313_checklists")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=UNDONE,
                fields=["next_due_at", "id"],
                include=["queue", "folder", "assignee", "private", "snoozed_at"],
                name="ticket_undone",
            ),
        ),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_undone_by_due"),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee", None), ("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["next_due_at", "id"],
                include=["queue", "folder", "private", "snoozed_at"],
                name="ticket_nobodys",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=UNDONE,
                fields=["address", "-last_message_at", "-id"],
                name="ticket_undone_latest",
            ),
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_by_tag ON tickets_ticket_tags (tag_id, ticket_id)",
            "DROP INDEX CONCURRENTLY IF EXISTS ticket_by_tag",
        ),
        migrations.RunSQL(
            "ALTER TABLE tickets_ticket SET (autovacuum_vacuum_scale_factor = 0.02)",
            "ALTER TABLE tickets_ticket RESET (autovacuum_vacuum_scale_factor)",
        ),
    ]
