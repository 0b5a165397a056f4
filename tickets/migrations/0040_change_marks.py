"""Marks on tickets and messages that say which transaction changed them last, and tombstones of what was deleted.

The columns belong to the database, not to the models: a default and triggers keep them, so that no statement can forget
to, however many rows it writes. tickets/reading/changes.py reads them.
"""

from django.db import migrations, models

# The present transaction's number: 64 bits, never used twice. As a default it is stable, so no table is rewritten.
NUMBER = "pg_current_xact_id()::text::bigint"

FUNCTIONS = f"""
CREATE FUNCTION kapture_mark_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := {NUMBER};
  RETURN NEW;
END $$;

CREATE FUNCTION kapture_bury() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_tombstone (kind, number, changed, at)
    SELECT TG_ARGV[0], id, {NUMBER}, now() FROM gone;
  RETURN NULL;
END $$;

CREATE FUNCTION kapture_mark_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tickets_ticket SET changed = 0 WHERE id IN (SELECT ticket_id FROM moved);
  RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION kapture_mark_change();
DROP FUNCTION kapture_bury();
DROP FUNCTION kapture_mark_tagged();
"""


def marked(table, kind):
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ADD COLUMN changed bigint NOT NULL DEFAULT ({NUMBER});
        CREATE TRIGGER mark_change BEFORE UPDATE ON {table}
          FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION kapture_mark_change();
        CREATE TRIGGER bury AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
          FOR EACH STATEMENT EXECUTE FUNCTION kapture_bury('{kind}');
        """,
        f"""
        DROP TRIGGER bury ON {table};
        DROP TRIGGER mark_change ON {table};
        ALTER TABLE {table} DROP COLUMN changed;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_outbox_lanes")]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10, verbose_name="kind")),
                ("number", models.BigIntegerField(verbose_name="number")),
                ("changed", models.BigIntegerField(verbose_name="transaction")),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "tombstone",
                "verbose_name_plural": "tombstones",
                "indexes": [models.Index(fields=["kind", "changed", "number"], name="tombstone_by_change")],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        marked("tickets_ticket", "ticket"),
        marked("tickets_message", "message"),
        migrations.RunSQL(
            """
            CREATE TRIGGER mark_tagged AFTER INSERT ON tickets_ticket_tags REFERENCING NEW TABLE AS moved
              FOR EACH STATEMENT EXECUTE FUNCTION kapture_mark_tagged();
            CREATE TRIGGER mark_untagged AFTER DELETE ON tickets_ticket_tags REFERENCING OLD TABLE AS moved
              FOR EACH STATEMENT EXECUTE FUNCTION kapture_mark_tagged();
            """,
            """
            DROP TRIGGER mark_tagged ON tickets_ticket_tags;
            DROP TRIGGER mark_untagged ON tickets_ticket_tags;
            """,
        ),
    ]
