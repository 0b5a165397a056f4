from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0250_purges_that_ended")]

    operations = [
        migrations.AddField(
            model_name="cursor",
            name="untold",
            field=models.JSONField(blank=True, db_default=[], default=list, editable=False),
        ),
    ]
