"""Tickets that wait for somebody, and those in hand; built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0295_giving_out")]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee', None), ('snoozed_at', None), ('status__in', ('new', 'open'))), fields=['queue', 'next_due_at', 'id'], name='ticket_waiting'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee__isnull', False), ('snoozed_at', None), ('status__in', ('new', 'open'))), fields=['assignee', 'queue', 'private'], name='ticket_in_hand'),
        ),
    ]
