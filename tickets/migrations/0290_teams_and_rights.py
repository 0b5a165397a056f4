"""Teams, what they may do in each queue, and the rights that go beyond a team's."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


RIGHTS = {
    "approve_reply": "Can let other people's answers go",
    "every_queue": "Can do in every queue what the role allows, whoever staffs it",
}


def entitle_supervisors(apps, schema_editor):
    """Permissions are made after all migrations; what a role needs is made here, under the same names."""
    Permission = apps.get_model("auth", "Permission")
    ticket, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="tickets", model="ticket")
    made = [
        Permission.objects.get_or_create(content_type=ticket, codename=code, defaults={"name": name})[0]
        for code, name in RIGHTS.items()
    ]
    for group in apps.get_model("auth", "Group").objects.filter(name="Supervisors"):
        group.permissions.add(*made)


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0258_left_unsent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'skill',
                'verbose_name_plural': 'skills',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ['name'],
            },
        ),
        migrations.AlterModelOptions(
            name='ticket',
            options={'permissions': [('work_ticket', 'Can work tickets: assign, change, write notes'), ('send_reply', 'Can answer customers'), ('see_private', 'Can read and answer private messages'), ('approve_reply', "Can let other people's answers go"), ('every_queue', 'Can do in every queue what the role allows, whoever staffs it'), ('audit_desk', 'Can look at everything, how the desk is set up too'), ('configure_desk', 'Can set up the whole desk')], 'verbose_name': 'ticket', 'verbose_name_plural': 'tickets'},
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.PositiveIntegerField(blank=True, help_text='Empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='tickets in hand at a time')),
                ('away', models.BooleanField(default=False, help_text='Gets no tickets by themselves meanwhile.', verbose_name='away')),
                ('away_since', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='away since')),
                ('seen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last heard of')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='agent', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('skills', models.ManyToManyField(blank=True, related_name='agents', to='tickets.skill', verbose_name='skills')),
            ],
            options={
                'verbose_name': 'agent',
                'verbose_name_plural': 'agents',
                'ordering': ['person'],
            },
        ),
        migrations.CreateModel(
            name='Staffing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('see', models.BooleanField(default=True, help_text='Without it, the rest of the row gives nothing.', verbose_name='see')),
                ('work', models.BooleanField(default=True, help_text='Assign, change, write notes.', verbose_name='work')),
                ('send', models.BooleanField(default=True, help_text='Answer customers.', verbose_name='send')),
                ('approve', models.BooleanField(default=False, help_text="Let somebody else's answer go.", verbose_name='approve')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staffings', to='tickets.queue', verbose_name='queue')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staffings', to='tickets.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'staffing',
                'verbose_name_plural': 'staffed by',
                'ordering': ['queue', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('queue', 'team'), name='one_staffing_per_team')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead', models.BooleanField(default=False, verbose_name='leads the team')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='tickets.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'ordering': ['team', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('team', 'person'), name='once_in_a_team')],
            },
        ),
        migrations.RunPython(entitle_supervisors, migrations.RunPython.noop),
    ]
