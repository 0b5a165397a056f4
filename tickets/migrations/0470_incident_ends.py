import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0490_firm_minutes")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="ends",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateTimeField(),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
                verbose_name="parts resolved while it stayed open",
            ),
        )
    ]
