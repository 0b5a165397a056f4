"""Follows, blocks and mutes have other keys in X's other product: what the tellings share, and the second key."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the index is built beside the traffic, without a lock that writers would wait for

    dependencies = [
        ('twitter_integration', '0030_looking'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='likeness',
            field=models.CharField(blank=True, default='', db_default='', max_length=64, verbose_name='likeness'),
        ),
        migrations.AddField(
            model_name='event',
            name='other_key',
            field=models.CharField(blank=True, default='', db_default='', max_length=255, verbose_name='key at the other product'),
        ),
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(condition=models.Q(('likeness', ''), _negated=True), fields=['account_id', 'likeness', 'occurred_at'], name='event_alike'),
        ),
    ]
