"""Where an account's tickets go by the kind of message they begin with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0304_one_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mention', 'Mention'), ('reply', 'Reply'), ('quote', 'Quote'), ('direct', 'Direct message'), ('found', 'Search hit')], max_length=12, verbose_name='begins with')),
                ('priority', models.CharField(blank=True, choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=8, verbose_name='priority')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='tickets.address', verbose_name='address')),
                ('folder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.folder', verbose_name='folder')),
                ('queue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.queue', verbose_name='queue')),
                ('sla_policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.slapolicy', verbose_name='SLA policy')),
            ],
            options={
                'verbose_name': 'place of a kind',
                'verbose_name_plural': 'places of kinds',
                'ordering': ['address', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('address', 'kind'), name='one_place_per_kind')],
            },
        ),
    ]
