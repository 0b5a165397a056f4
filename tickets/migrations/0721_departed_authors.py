import django.db.models.deletion
from django.conf import settings
from django.db import migrations

import tickets.models.departed

# Backwards alone: before the keys must lead to somebody again.
TO_NOBODY = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE tickets_customernote SET author_id = NULL WHERE author_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_checklistitem SET done_by_id = NULL WHERE done_by_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_ruleversion SET made_by_id = NULL WHERE made_by_id IN (SELECT person FROM tickets_departed);
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
        ("tickets", "0720_departed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("customernote", "author", _doer("author", blank=True)),
        migrations.AlterField("checklistitem", "done_by", _doer("done by", blank=True)),
        migrations.AlterField("ruleversion", "made_by", _doer("made by")),
        migrations.RunSQL(migrations.RunSQL.noop, TO_NOBODY),
    ]
