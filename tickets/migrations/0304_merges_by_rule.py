"""What accounts say is merged by itself. Small columns with constant defaults: no row is written anew."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0304_incidents_index")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="merge_conversation",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A customer's new ticket goes into one that is not done, where both are of one conversation.",
                verbose_name="merge by itself: one conversation",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="merge_same_words",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="… where they said nearly the same on both.",
                verbose_name="merge by itself: nearly the same words",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="merge_within_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="… where it was opened so soon after the last message of the other. Empty: never.",
                null=True,
                validators=[MinValueValidator(1), MaxValueValidator(7 * 24 * 60)],
                verbose_name="merge by itself: within, minutes",
            ),
        ),
    ]
