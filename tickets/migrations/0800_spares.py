import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0780_departed_reported")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="spares",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="not to be notified",
            ),
        ),
        migrations.AddField(
            model_name="outboxentry",
            name="spares",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                db_default=[],
                default=list,
                help_text="By what the channel knows them, of those it would notify by itself.",
                size=None,
                verbose_name="not to be notified",
            ),
        ),
    ]
