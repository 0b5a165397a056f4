import django.db.models.deletion
from django.db import migrations, models

_PRIVATE = """
    UPDATE tickets_outboxentry AS e SET private = true
    FROM tickets_message AS m WHERE m.id = e.message_id AND m.visibility = 'private'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0006_longer_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxentry',
            name='follows',
            field=models.ForeignKey(blank=True, help_text='Not sent before this one is out; in public it then answers it.', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='followers', to='tickets.outboxentry', verbose_name='goes after'),
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='private',
            field=models.BooleanField(default=False, help_text='As its message; public and private go out separately.', verbose_name='private'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='turn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='its turn'),
        ),
        migrations.AlterField(
            model_name='outboxentry',
            name='recipient',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.identity', verbose_name='to'),
        ),
        migrations.RunSQL(_PRIVATE, migrations.RunSQL.noop),
    ]
