"""What search queries found, as indexes: on which tickets, and by which. Built beside the traffic."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FOUND = models.Q(("labels", []), _negated=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0840_search_labels")]

    operations = [
        AddIndexConcurrently("message", models.Index(fields=["ticket"], condition=FOUND, name="message_found_on")),
        AddIndexConcurrently("message", GinIndex(fields=["labels"], condition=FOUND, name="message_found_by")),
    ]
