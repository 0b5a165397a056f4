"""How queues give out their tickets, and which skills tickets need."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0302_ends_by_age'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LastTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='queue',
            name='asks_language',
            field=models.BooleanField(default=False, help_text='A new ticket needs the skill of the language it is written in, where there is such a skill.', verbose_name="a message's language is a skill"),
        ),
        migrations.AddField(
            model_name='queue',
            name='asks_skills',
            field=models.BooleanField(default=True, help_text='Only who has every skill a ticket needs is given it.', verbose_name='ask for skills'),
        ),
        migrations.AddField(
            model_name='queue',
            name='assignment',
            field=models.CharField(choices=[('by_hand', 'By hand: somebody takes them'), ('round_robin', 'In turns'), ('least_loaded', 'To whose share in hand is smallest'), ('pull', 'By asking for the next')], default='by_hand', max_length=12, verbose_name='tickets are given out'),
        ),
        migrations.AddField(
            model_name='queue',
            name='sticky',
            field=models.BooleanField(default=False, help_text='Who last answered the customer gets the ticket, if present and with room.', verbose_name='whom the customer knows first'),
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='skills',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='skills needed'),
        ),
        migrations.AddField(
            model_name='skill',
            name='language',
            field=models.CharField(blank=True, help_text='Its code, as “de”, where the skill is to read and write a language.', max_length=3, validators=[django.core.validators.RegexValidator('\\A[a-z]{2,3}\\Z', 'Two or three small letters, as “de”.')], verbose_name='language'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='skills',
            field=models.ManyToManyField(blank=True, related_name='tickets', to='tickets.skill', verbose_name='skills needed'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.UniqueConstraint(condition=models.Q(('language', ''), _negated=True), fields=('language',), name='one_skill_of_a_language'),
        ),
        migrations.AddField(
            model_name='lastturn',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lastturn',
            name='queue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.queue'),
        ),
        migrations.AddConstraint(
            model_name='lastturn',
            constraint=models.UniqueConstraint(fields=('queue', 'person'), name='one_last_turn'),
        ),
    ]
