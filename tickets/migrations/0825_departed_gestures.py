from django.conf import settings
from django.db import migrations
from django.db.models.deletion import DO_NOTHING

from tickets.models.departed import Doer

# Backwards alone: before the keys must lead to somebody again.
TO_NOBODY = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE tickets_gesture SET by_id = NULL WHERE by_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_gesture SET undone_by_id = NULL WHERE undone_by_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_ticketlink SET by_id = NULL WHERE by_id IN (SELECT person FROM tickets_departed);
"""


def _doer(called):
    return Doer(
        blank=True,
        db_constraint=False,
        null=True,
        on_delete=DO_NOTHING,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=called,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0820_report_lines_of_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # No row is rewritten: only the constraints are let go.
        migrations.AlterField("gesture", "by", _doer("who")),
        migrations.AlterField("gesture", "undone_by", _doer("undone by")),
        migrations.AlterField("ticketlink", "by", _doer("who")),
        migrations.RunSQL(migrations.RunSQL.noop, TO_NOBODY),
    ]
