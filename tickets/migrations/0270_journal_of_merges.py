"""The journal of merges, splits and moves, and links between tickets."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0280_draft_left_out'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Gesture',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('merge', 'Merge'), ('split', 'Split'), ('move', 'Move')], max_length=8, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('latest', models.BigIntegerField(help_text='The newest there was; what is newer came after.', verbose_name='latest message')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='brought to')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'merge, split or move',
                'verbose_name_plural': 'merges, splits and moves',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='ticket')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='other ticket')),
            ],
            options={
                'verbose_name': 'link between tickets',
                'verbose_name_plural': 'links between tickets',
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='link_once'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='link_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(default=dict, verbose_name='before')),
                ('after', models.JSONField(default=dict, verbose_name='after')),
                ('fresh', models.BooleanField(default=False, verbose_name='opened by it')),
                ('gesture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='tickets.gesture', verbose_name='gesture')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'trace of a gesture',
                'verbose_name_plural': 'traces of gestures',
                'constraints': [models.UniqueConstraint(fields=('gesture', 'ticket'), name='trace_once')],
            },
        ),
    ]
