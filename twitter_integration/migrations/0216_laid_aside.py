import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0208_kept_files")]

    operations = [
        migrations.AddField(
            model_name="partneraccount",
            name="laid_aside",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("account_activity", "Account Activity"), ("x_activity", "X Activity")], max_length=20
                ),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
                verbose_name="subscribed to before the webhook was deleted",
            ),
        ),
    ]
