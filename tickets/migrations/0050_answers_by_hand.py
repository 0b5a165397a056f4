"""Answers that people give on the channel itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0023_scheduled_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('private', models.BooleanField(verbose_name='private')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('fingerprint', models.CharField(blank=True, max_length=64, verbose_name='fingerprint of the text')),
                ('link', models.TextField(blank=True, verbose_name='where it is answered')),
                ('at', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='believed until')),
                ('outcome', models.CharField(choices=[('open', 'Under way'), ('answered', 'Answered'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')], default='open', max_length=10, verbose_name='outcome')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='over')),
                ('answered', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='answers')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agent')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='the answer')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_offs', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'answer by hand',
                'verbose_name_plural': 'answers by hand',
                'indexes': [models.Index(condition=models.Q(('outcome', 'open')), fields=['until'], name='hand_off_open'), models.Index(fields=['ticket', '-at'], name='hand_off_of_ticket')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('ticket', 'private'), name='hand_off_one_at_a_time')],
            },
        ),
    ]
