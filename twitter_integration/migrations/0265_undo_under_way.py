"""Since when somebody takes back what a reminder is of, so that one whose undo was cut off is open again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("twitter_integration", "0246_quiet_when_switched_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="actreminder",
            name="undo_since",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="being taken back since"),
        ),
        migrations.AddIndex(
            model_name="actreminder",
            index=models.Index(
                condition=models.Q(undo_since__isnull=False), fields=["undo_since"], name="reminder_undoing"
            ),
        ),
    ]
