from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0601_report_indexes")]

    operations = [
        migrations.AddField(
            model_name="noticesettings",
            name="theme",
            field=models.CharField(
                blank=True,
                choices=[("system", "As the system"), ("light", "Light"), ("dark", "Dark")],
                db_default="",
                default="",
                max_length=6,
                verbose_name="theme",
            ),
        ),
        migrations.AddField(
            model_name="noticesettings",
            name="single_keys",
            field=models.BooleanField(db_default=True, default=True, verbose_name="single keys do something"),
        ),
    ]
