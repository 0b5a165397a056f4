import django.db.models.deletion
from django.db import migrations, models

# What stood on a private ticket that began with our answer, from before the customer had written there.
WRITTEN = """
UPDATE tickets_message m SET asked_on_id = p.asked_on_id FROM tickets_ticket p
WHERE p.id = m.ticket_id AND p.asked_on_id IS NOT NULL AND m.direction = 'out' AND NOT m.automated
  AND NOT EXISTS (SELECT 1 FROM tickets_message h WHERE h.ticket_id = p.id AND h.direction = 'in' AND h.id < m.id)
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0761_wording_known")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="asked_on",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
                verbose_name="asked in public on",
            ),
        ),
        migrations.RunSQL(WRITTEN + "; SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="message_asked_on"
            ),
        ),
    ]
