import django.contrib.postgres.fields
from django.db import migrations, models

# Pauses that were noted before: what the rules of the ticket's policy say now.
NAME_THEM = """
    UPDATE tickets_slapause AS pause SET metrics = told.metrics
    FROM (
        SELECT noted.id, array_agg(DISTINCT promise.metric) AS metrics
        FROM tickets_slapause AS noted
        JOIN tickets_ticket AS ticket ON ticket.id = noted.ticket_id
        JOIN tickets_pauserule AS rule ON rule.policy_id = ticket.sla_policy_id AND rule.status = noted.status
        JOIN (VALUES ('first_response'), ('next_response'), ('resolution')) AS promise (metric)
            ON rule.metric IN ('', promise.metric)
        GROUP BY noted.id
    ) AS told
    WHERE told.id = pause.id
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0199_pauses")]

    operations = [
        migrations.AddField(
            model_name="slapause",
            name="metrics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("first_response", "First reply"),
                        ("next_response", "Next reply"),
                        ("resolution", "Resolution"),
                    ],
                    max_length=16,
                ),
                default=list,
                size=None,
                verbose_name="promises",
            ),
        ),
        migrations.RunSQL(NAME_THEM, migrations.RunSQL.noop),
    ]
