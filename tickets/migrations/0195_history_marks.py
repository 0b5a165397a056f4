"""Lines of history carry the number of the transaction that wrote them, as tickets and messages do (0040).

As a default the number is stable, so the table is not rewritten; lines that were there get the number of this change.
"""

from django.db import migrations

NUMBER = "pg_current_xact_id()::text::bigint"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0194_outgoing_webhooks")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE tickets_activity ADD COLUMN IF NOT EXISTS changed bigint NOT NULL DEFAULT ({NUMBER})",
            "ALTER TABLE tickets_activity DROP COLUMN IF EXISTS changed",
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS activity_by_change ON tickets_activity (changed, id)",
            "DROP INDEX CONCURRENTLY IF EXISTS activity_by_change",
        ),
    ]
