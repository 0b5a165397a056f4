"""When what may be out was tried last. What is of unknown fate now, or was and is not yet sent, keeps its last try."""

from django.db import migrations, models

_FILL = """
    UPDATE tickets_outboxentry SET perhaps_out_at = claimed_at
    WHERE state = 'unknown' OR (state IN ('queued', 'failed') AND code = 'absent')
"""
# A limit of nothing that was told once holds nothing up for ever.
_REOPEN = 'UPDATE tickets_sendwindow SET "limit" = published WHERE "limit" = 0 AND published > 0'


class Migration(migrations.Migration):
    dependencies = [("tickets", "0191_read_marks")]

    operations = [
        migrations.AddField(
            model_name="outboxentry",
            name="perhaps_out_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="perhaps out since"),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(_REOPEN, migrations.RunSQL.noop),
    ]
