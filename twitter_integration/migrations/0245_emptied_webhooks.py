"""Since when nothing leads by a webhook: it is deleted once X has delivered what it still had for it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("twitter_integration", "0241_read_at_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="emptied_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="emptied"),
        ),
    ]
