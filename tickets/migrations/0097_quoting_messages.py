"""What quotes a message, by an index built beside the running desk; and no words of what is deleted in quotes of it."""

import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FORGET = """
    UPDATE tickets_message AS quoting
    SET quoted = quoting.quoted || jsonb_build_object('text', '', 'deleted_at', gone.deleted_at)
    FROM tickets_message AS gone
    WHERE gone.deleted_at IS NOT NULL AND quoting.quoted IS NOT NULL AND gone.address_id = quoting.address_id
        AND gone.external_id = quoting.quoted ->> 'external_id'
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0096_sensible_bounds")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                models.F("address"),
                django.db.models.fields.json.KeyTextTransform("external_id", "quoted"),
                condition=models.Q(("quoted__isnull", False)),
                name="message_quotes",
            ),
        ),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
