import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0235_deleted_for_us'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'list of customers',
                'verbose_name_plural': 'lists of customers',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('position', models.PositiveIntegerField(default=100, help_text='Rules are gone through from the smallest on.', verbose_name='position')),
            ],
            options={
                'verbose_name': 'routing rule',
                'verbose_name_plural': 'routing rules',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('condition', models.JSONField(verbose_name='condition')),
                ('priority', models.CharField(blank=True, choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=8, verbose_name='priority')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='tags')),
                ('ignore', models.BooleanField(default=False, verbose_name='ignore')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('notify', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='tell')),
                ('stop', models.BooleanField(default=False, verbose_name='stop here')),
                ('on_later', models.BooleanField(default=False, verbose_name='also on later messages')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('copy_of', models.PositiveIntegerField(blank=True, null=True, verbose_name='copy of version')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assign to')),
                ('folder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.folder', verbose_name='folder')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('queue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.queue', verbose_name='queue')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='tickets.routingrule', verbose_name='rule')),
                ('sla_policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='tickets.slapolicy', verbose_name='SLA policy')),
            ],
            options={
                'verbose_name': 'version of a routing rule',
                'verbose_name_plural': 'versions of routing rules',
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='routingrule',
            name='live',
            field=models.ForeignKey(blank=True, help_text='The version tickets are routed by. Empty: the rule is off.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ruleversion', verbose_name='in force'),
        ),
        migrations.CreateModel(
            name='Saying',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BigIntegerField()),
                ('said_at', models.DateTimeField()),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.identity')),
            ],
        ),
        migrations.CreateModel(
            name='ListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(help_text='In small letters, without @.', max_length=50, verbose_name='handle')),
                ('identity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.identity', verbose_name='customer')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='tickets.customerlist', verbose_name='list')),
            ],
            options={
                'verbose_name': 'customer on a list',
                'verbose_name_plural': 'customers on lists',
                'ordering': ['handle'],
                'indexes': [models.Index(condition=models.Q(('identity', None)), fields=['handle'], name='list_entry_unmet')],
                'constraints': [models.UniqueConstraint(fields=('list', 'handle'), name='list_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('later', models.BooleanField(default=False, verbose_name='on a later message')),
                ('steps', models.JSONField(default=list, verbose_name='rules')),
                ('acted', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None, verbose_name='rules that held')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.message', verbose_name='message')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rule_runs', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'routing of a ticket',
                'verbose_name_plural': 'routing of tickets',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['ticket', 'at'], name='rule_run_by_ticket')],
            },
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.UniqueConstraint(fields=('rule', 'number'), name='rule_version_once'),
        ),
        migrations.AddIndex(
            model_name='saying',
            index=models.Index(fields=['said_at'], name='saying_by_age'),
        ),
        migrations.AddConstraint(
            model_name='saying',
            constraint=models.UniqueConstraint(fields=('digest', 'identity'), name='saying_once'),
        ),
    ]
