"""No promise and no wait is longer than a year. Validators only: the tables stay as they are."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0095_who_may_speak_and_answer")]

    operations = [
        migrations.AlterField(
            model_name="slatarget",
            name="minutes",
            field=models.PositiveIntegerField(
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(525600),
                ],
                verbose_name="minutes",
            ),
        ),
    ]
