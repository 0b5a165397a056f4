"""No promise and no wait is longer than a year. Validators only: the tables stay as they are."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0052_costs_for_supervisors")]

    operations = [
        migrations.AlterField(
            model_name="searchquery",
            name="auto_resolve_after_hours",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Tickets of this query that nobody took up or answered. Empty: never.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(8760),
                ],
                verbose_name="resolve by itself after, hours",
            ),
        ),
    ]
