from django.conf import settings
from django.db import migrations, models

import tickets.models.saved_view


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0520_writers_gone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                help_text="Nobody chosen: it is not one person's own, and is shared.",
                null=True,
                on_delete=tickets.models.saved_view.leave_shared,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
                verbose_name="whose",
            ),
        ),
    ]
