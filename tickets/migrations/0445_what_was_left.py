"""What rules left resolved is found by a search. Built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0450_steps_a_policy_run_reaches")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(condition=models.Q(("left_resolved", True)), fields=["ticket"], name="message_left_resolved"),
        ),
    ]
