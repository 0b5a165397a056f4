"""What messages are found by. Triggers keep the entries true, so that no statement can forget to: words that changed are
found no more until somebody writes the new entry, and an entry follows its message from ticket to ticket.

Messages that are here already get their entries from `manage.py reindex_search`, beside the running desk.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# A name without accents and signs, for the beginnings of its words; tickets/finding/words.py `names` says the same.
FUNCTIONS = r"""
CREATE FUNCTION kapture_name(told text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(regexp_replace(regexp_replace(normalize(told, NFKD), U&'[\0300-\036F]', '', 'g'),
                              '[!-/:-@\[-`{-~]+', ' ', 'g'))
$$;

CREATE FUNCTION kapture_follow_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.text IS DISTINCT FROM OLD.text THEN
    DELETE FROM tickets_searchentry WHERE message_id = NEW.id;
  ELSE
    UPDATE tickets_searchentry SET ticket_id = NEW.ticket_id WHERE message_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER search_entry AFTER UPDATE OF text, ticket_id ON tickets_message
  FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text OR OLD.ticket_id IS DISTINCT FROM NEW.ticket_id)
  EXECUTE FUNCTION kapture_follow_message();
"""
NO_FUNCTIONS = """
DROP TRIGGER search_entry ON tickets_message;
DROP FUNCTION kapture_follow_message();
DROP FUNCTION kapture_name(text);
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0305_notices")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="tickets.message",
                        verbose_name="message",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField(verbose_name="words")),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_entry_words")
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
