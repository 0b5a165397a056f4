"""When a delivery's body was forgotten, and an index of those that still have theirs; built beside the running desk."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("twitter_integration", "0072_sensible_bounds")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="emptied_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="body forgotten"),
        ),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                fields=["finished_at"],
                condition=models.Q(("emptied_at", None), ("state", "done")),
                name="delivery_worked",
            ),
        ),
    ]
