"""Since when nothing of a purged account is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('twitter_integration', '0051_standings'),
    ]

    operations = [
        migrations.AddField(
            model_name='partneraccount',
            name='purged_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='purged'),
        ),
    ]
