"""Automatic answers: rules, cases, opt-outs; nothing automatic is ever public."""

import django.db.models.deletion
import tickets.models.automation
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0025_invitations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AutoReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enabled', models.BooleanField(default=False, verbose_name='enabled')),
                ('text', models.TextField(help_text='Say that it is automatic, and when somebody will answer.', max_length=2000, verbose_name='text')),
                ('privacy_url', models.URLField(help_text='Goes along with the first automatic message to a person.', max_length=300, verbose_name='privacy policy')),
                ('opening_hours', models.TextField(default='Mon-Fri 09:00-18:00', help_text='A line a day or span of days: Mon-Fri 09:00-12:30, 13:00-18:00. Nothing is answered within them.', verbose_name='opening hours')),
                ('time_zone', models.CharField(default='UTC', help_text='As Europe/Berlin.', max_length=60, verbose_name='time zone')),
                ('opt_out_words', models.JSONField(default=tickets.models.automation.usual_words, help_text='By language: {"en": ["STOP"]}. Whoever writes one of them, and nothing else, gets none any more.', verbose_name='opt-out words')),
            ],
            options={
                'verbose_name': 'automatic answer',
                'verbose_name_plural': 'automatic answers',
            },
        ),
        migrations.CreateModel(
            name='AutoReplyCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('due', 'To be decided'), ('sent', 'Answered automatically'), ('off', 'Refused: automatic answers were switched off'), ('public', 'Refused: never in public'), ('opts_out', 'Refused: they opted out with this message'), ('opted_out', 'Refused: they opted out before'), ('encrypted', 'Refused: the message is encrypted'), ('open', 'Refused: within opening hours'), ('late', 'Refused: the message reached us late'), ('answered', 'Refused: a person has answered'), ('once', 'Refused: answered automatically before in this interaction'), ('channel', 'Refused: the channel does not take it')], default='due', max_length=12, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='received')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'automatic answer or refusal',
                'verbose_name_plural': 'automatic answers and refusals',
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='since')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='lifted')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
            },
        ),
        migrations.AddField(
            model_name='message',
            name='automated',
            field=models.BooleanField(default=False, help_text='Nobody wrote it; it answers nothing.', verbose_name='automatic'),
        ),
        AddConstraintNotValid(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('automated', False), models.Q(('direction', 'out'), ('visibility', 'private')), _connector='OR'), name='automatic_only_in_private'),
        ),
        migrations.AddField(
            model_name='autoreply',
            name='address',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='auto_reply', to='tickets.address', verbose_name='address'),
        ),
        migrations.AddField(
            model_name='autoreplycase',
            name='address',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.address', verbose_name='address'),
        ),
        migrations.AddField(
            model_name='autoreplycase',
            name='answer',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='answer'),
        ),
        migrations.AddField(
            model_name='autoreplycase',
            name='asked',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='auto_reply_case', to='tickets.message', verbose_name='message'),
        ),
        migrations.AddField(
            model_name='autoreplycase',
            name='identity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.identity', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='optout',
            name='address',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.address', verbose_name='address'),
        ),
        migrations.AddField(
            model_name='optout',
            name='identity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opt_outs', to='tickets.identity', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='optout',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by'),
        ),
        migrations.AddField(
            model_name='optout',
            name='message',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='message'),
        ),
        migrations.AddIndex(
            model_name='autoreplycase',
            index=models.Index(condition=models.Q(('code', 'due')), fields=['id'], name='auto_reply_due'),
        ),
        migrations.AddIndex(
            model_name='autoreplycase',
            index=models.Index(fields=['address', 'identity', '-decided_at'], name='auto_reply_of_person'),
        ),
        migrations.AddConstraint(
            model_name='optout',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('address', 'identity'), name='opt_out_once'),
        ),
    ]
