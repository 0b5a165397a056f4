import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # built beside the traffic, without a lock that writers would wait for

    dependencies = [
        ('tickets', '0010_outbox_followers'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outboxentry',
            index=models.Index(models.F('recipient'), models.F('address'), models.F('private'), django.db.models.functions.comparison.Coalesce('turn_at', 'not_before'), models.F('id'), condition=models.Q(('state__in', ['held', 'queued', 'sending', 'unknown'])), name='outbox_turns'),
        ),
        RemoveIndexConcurrently(model_name='outboxentry', name='outbox_order'),
    ]
