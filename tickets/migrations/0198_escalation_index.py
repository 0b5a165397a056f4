"""Promises by the moment of their next step; built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0197_escalation_steps")]

    operations = [
        AddIndexConcurrently(
            model_name='slaclock',
            index=models.Index(condition=models.Q(('next_step_at__isnull', False)), fields=['next_step_at'], name='clock_by_next_step'),
        ),
    ]
