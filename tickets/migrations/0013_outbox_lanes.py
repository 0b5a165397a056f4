from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # built beside the traffic, without a lock that writers would wait for

    dependencies = [
        ('tickets', '0012_sending_limits'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outboxentry',
            index=models.Index(condition=models.Q(('state__in', ['held', 'queued'])), fields=['address', 'private', '-priority', 'not_before', 'id'], name='outbox_lane'),
        ),
        RemoveIndexConcurrently(model_name='outboxentry', name='outbox_due'),
    ]
