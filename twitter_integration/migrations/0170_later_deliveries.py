import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("twitter_integration", "0140_reactions"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="later_deliveries",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                editable=False,
                null=True,
                size=None,
                verbose_name="later deliveries",
            ),
        ),
    ]
