"""A search query says which promises hold for what it finds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0291_placements'),
        ('twitter_integration', '0265_undo_under_way'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchquery',
            name='sla_policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.slapolicy', verbose_name='SLA policy'),
        ),
    ]
