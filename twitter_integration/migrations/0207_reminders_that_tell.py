from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # An index is built beside the traffic, which no transaction can hold.
    atomic = False
    dependencies = [("twitter_integration", "0200_words_of_outcomes")]

    operations = [
        migrations.AddField(
            model_name="actreminder",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="told"),
        ),
        AddIndexConcurrently(
            model_name="actreminder",
            index=models.Index(
                condition=models.Q(("settled_at", None), ("told_at", None)), fields=["due_at"], name="reminder_untold"
            ),
        ),
    ]
