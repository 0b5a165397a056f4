"""What people are told, how they want to be told, who watches a ticket, who has it open."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('tickets', '0310_canned_replies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeReader',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('changed', models.BigIntegerField(default=0)),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='NoticeSettings',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_settings', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('ways', models.JSONField(default=dict, help_text='Where they differ from what comes: event → way.', verbose_name='ways')),
                ('time_zone', models.CharField(blank=True, help_text='As Europe/Berlin.', max_length=60, verbose_name='time zone')),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('toasts', models.BooleanField(default=True, verbose_name='show urgent ones at once')),
                ('watch_mine', models.BooleanField(default=True, verbose_name='watch what was mine')),
                ('watch_answered', models.BooleanField(default=True, verbose_name='watch what I answered')),
                ('mail_off_at', models.DateTimeField(blank=True, null=True, verbose_name='mail turned off')),
                ('mail_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next mail')),
                ('mail_claimed_until', models.DateTimeField(blank=True, null=True)),
                ('mail_tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='last mail')),
                ('mail_stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='mail given up')),
                ('mail_reason', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
            ],
            options={
                'verbose_name': 'notification settings',
                'verbose_name_plural': 'notification settings',
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='notice_mail_due')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('mentioned', 'Somebody mentions me in a note'), ('assigned', 'A ticket is given to me'), ('approval', 'An answer waits for my approval'), ('decided', 'My answer was approved or refused'), ('failed', 'An answer of mine, or on my ticket, could not be sent'), ('late', 'A promise on my ticket or in my queues is late'), ('due', 'A promise on my ticket is soon due'), ('told', 'A rule or an escalation step is to tell me'), ('customer', 'The customer writes on a ticket of mine or one I watch'), ('note', 'A colleague leaves a note on a ticket of mine or one I watch'), ('replied', 'A colleague answers on a ticket of mine or one I watch'), ('status', 'A colleague changes the status of a ticket of mine or one I watch'), ('account', 'An account stops sending')], max_length=10, verbose_name='event')),
                ('line', models.BigIntegerField(editable=False, null=True, verbose_name='line of the history')),
                ('data', models.JSONField(default=dict, verbose_name='data')),
                ('private', models.BooleanField(default=False, verbose_name='private')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('read_at', models.DateTimeField(null=True, verbose_name='read')),
                ('way', models.CharField(blank=True, choices=[('off', 'Not at all'), ('desk', 'At the desk'), ('digest', 'At the desk, and by e-mail if unread'), ('mail', 'At the desk, and by e-mail at once')], max_length=6, verbose_name='by mail')),
                ('mailed_at', models.DateTimeField(null=True, verbose_name='mailed')),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['person', '-id'], name='notice_by_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person', 'ticket'], name='notice_unread'), models.Index(fields=['at'], name='notice_by_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('line__isnull', False)), fields=('person', 'line'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(verbose_name='seen')),
                ('typing_at', models.DateTimeField(null=True, verbose_name='typing')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'presence',
                'verbose_name_plural': 'presences',
                'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='presence_once')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('chosen', 'Chose to'), ('assigned', 'It was theirs'), ('mentioned', 'Was mentioned'), ('answered', 'Answered')], default='chosen', max_length=10, verbose_name='why')),
                ('at', models.DateTimeField(verbose_name='since')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'watcher',
                'verbose_name_plural': 'watchers',
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='watch_once')],
            },
        ),
        # Nothing of before is told.
        migrations.RunSQL(
            "INSERT INTO tickets_noticereader (name, changed, number) "
            "VALUES ('notices', pg_snapshot_xmax(pg_current_snapshot())::text::bigint, 0)",
            "DELETE FROM tickets_noticereader",
        ),
    ]
