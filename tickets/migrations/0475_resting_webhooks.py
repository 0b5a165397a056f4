"""How often in a row an outgoing webhook's receiver took nothing, and until when it is let rest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0445_what_was_left")]
    operations = [
        migrations.AddField(
            model_name="hook",
            name="failures",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False, verbose_name="failures in a row"
            ),
        ),
        migrations.AddField(
            model_name="hook",
            name="rests_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rests until"),
        ),
    ]
