"""Who settled a reminder; and what was told of private acts before, marked as private: lines of histories, and who said
that such an act stays. The record's rows are otherwise kept as they are, so its trigger rests meanwhile."""

from django.db import migrations, models

_LINES = """
verb = 'channel.did' AND (
    data ->> 'deed' IN ('mark-read', 'typing', 'delete-message', 'block-messages', 'allow-messages', 'message')
    OR data ->> 'words' LIKE '%They can write the account no more messages%'
)
"""
MARK_LINES = f"UPDATE tickets_activity SET data = data || '{{\"private\": true}}' WHERE {_LINES}"
UNMARK_LINES = f"UPDATE tickets_activity SET data = data - 'private' WHERE {_LINES}"
MARK_ACTS = """
ALTER TABLE twitter_integration_accountact DISABLE TRIGGER keep_act;
UPDATE twitter_integration_accountact AS kept SET private = true
FROM twitter_integration_actreminder AS reminder
JOIN twitter_integration_accountact AS act ON act.id = reminder.act_id
WHERE kept.action = 'keep' AND kept.target = reminder.id::text AND act.private AND NOT kept.private;
ALTER TABLE twitter_integration_accountact ENABLE TRIGGER keep_act;
"""


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0214_unwanted_orders"), ("tickets", "0198_escalation_index")]

    operations = [
        migrations.AddField(
            model_name="actreminder",
            name="settled_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=150, verbose_name="settled by"),
        ),
        migrations.RunSQL(MARK_LINES, UNMARK_LINES),
        migrations.RunSQL(MARK_ACTS, migrations.RunSQL.noop),
    ]
