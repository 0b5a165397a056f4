from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0240_what_the_webhook_never_told")]

    operations = [
        migrations.AddField(
            model_name="partneraccount",
            name="reading_wanted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="to be read since"),
        ),
    ]
