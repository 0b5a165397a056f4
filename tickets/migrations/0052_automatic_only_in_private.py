"""Checks what there is against the constraint; writers are not held up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0051_automatic_answers")]

    operations = [ValidateConstraint("message", name="automatic_only_in_private")]
