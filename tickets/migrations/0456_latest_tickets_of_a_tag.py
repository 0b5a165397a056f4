"""The tickets of a tag in their order, as an index; built beside the running desk."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0455_tags_of_the_desk")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_tags_latest ON tickets_ticket_tags (tag_id, ticket_id)",
            "DROP INDEX CONCURRENTLY IF EXISTS ticket_tags_latest",
        )
    ]
