import django.db.models.deletion
from django.conf import settings
from django.db import migrations

import tickets.models.departed

# Backwards alone: before the keys must lead to somebody again.
TO_NOBODY = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE tickets_message SET agent_id = NULL WHERE agent_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_approval SET writer_id = NULL WHERE writer_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_approval SET decided_by_id = NULL WHERE decided_by_id IN (SELECT person FROM tickets_departed);
"""


def _doer(called, **facts):
    return tickets.models.departed.Doer(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=called,
        **facts,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0721_departed_authors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # No row is rewritten: only the constraint is let go.
        migrations.AlterField("message", "agent", _doer("agent", blank=True)),
        migrations.AlterField("approval", "writer", _doer("written by")),
        migrations.AlterField("approval", "decided_by", _doer("decided by", blank=True)),
        migrations.RunSQL(migrations.RunSQL.noop, TO_NOBODY),
    ]
