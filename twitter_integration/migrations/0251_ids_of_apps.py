"""X's number of an app: a consent withdrawn from another app is none of ours."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("twitter_integration", "0245_emptied_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="xapp",
            name="x_id",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=32, verbose_name="id at X"
            ),
        ),
    ]
