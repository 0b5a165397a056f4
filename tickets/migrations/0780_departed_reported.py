import django.db.models.deletion
from django.conf import settings
from django.db import migrations

import tickets.models.departed

# Backwards alone: before the keys must lead to somebody again.
AS_DELETED = """
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM tickets_reportline l
WHERE l.agent_id IS NOT NULL AND NOT EXISTS (SELECT FROM auth_user u WHERE u.id = l.agent_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0750_weekly_report"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # No row is rewritten: only the constraint is let go.
        migrations.AlterField(
            "reportline",
            "agent",
            tickets.models.departed.Doer(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, AS_DELETED),
    ]
