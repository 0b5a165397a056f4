"""Where a search that stopped half-way goes on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0074_unfinished_purges")]

    operations = [
        migrations.AddField(
            model_name="searchquery",
            name="until_id",
            field=models.CharField(blank=True, editable=False, max_length=32, verbose_name="walk goes on below"),
        ),
        migrations.AddField(
            model_name="searchquery",
            name="head_id",
            field=models.CharField(blank=True, editable=False, max_length=32, verbose_name="newest of the walk under way"),
        ),
    ]
