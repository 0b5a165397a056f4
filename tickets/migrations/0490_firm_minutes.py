from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0475_resting_webhooks")]

    operations = [
        migrations.AddField(
            model_name="slaclock",
            name="firm_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="By which it runs out, where the minutes promised were over already when they were chosen.",
                null=True,
                verbose_name="minutes before",
            ),
        ),
    ]
