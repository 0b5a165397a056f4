from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0345_limits")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="unmade_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="unmade"),
        )
    ]
