from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0475_resting_webhooks")]

    operations = [
        migrations.AddField(
            model_name="slaclock",
            name="given_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When, if that was after it started.",
                null=True,
                verbose_name="length chosen",
            ),
        ),
    ]
