import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tickets.models.departed

# Whoever deletes somebody, and by whatever way: what they were called is kept with the deletion.
KEEP_NAME = """
CREATE FUNCTION tickets_keep_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_departed (person, login, name, at)
    VALUES (OLD.id, OLD.username,
            coalesce(nullif(btrim(OLD.first_name || ' ' || OLD.last_name), ''), OLD.username), now())
    ON CONFLICT (person) DO UPDATE SET login = excluded.login, name = excluded.name, at = excluded.at;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_name BEFORE DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION tickets_keep_name();
"""
LET_GO = """
DROP TRIGGER IF EXISTS keep_name ON auth_user;
DROP FUNCTION IF EXISTS tickets_keep_name();
"""
# Backwards alone: before the keys must lead to somebody again.
TO_NOBODY = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE tickets_activity SET actor_id = NULL WHERE actor_id IN (SELECT person FROM tickets_departed);
UPDATE tickets_notice SET actor_id = NULL WHERE actor_id IN (SELECT person FROM tickets_departed);
"""


def _doer(**facts):
    return tickets.models.departed.Doer(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name="who",
        **facts,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0660_waits_since"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Departed",
            fields=[
                ("person", models.IntegerField(editable=False, primary_key=True, serialize=False)),
                ("login", models.CharField(max_length=150, verbose_name="login")),
                ("name", models.CharField(max_length=310, verbose_name="name")),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={"verbose_name": "deleted person", "verbose_name_plural": "deleted people"},
        ),
        migrations.RunSQL(KEEP_NAME, LET_GO),
        # No row is rewritten: only the constraint is let go.
        migrations.AlterField("activity", "actor", _doer(blank=True)),
        migrations.AlterField("notice", "actor", _doer(db_index=False)),
        migrations.RunSQL(migrations.RunSQL.noop, TO_NOBODY),
    ]
