"""Tickets that end by their age: what accounts say, and indexes built beside the traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

_DAYS = [MinValueValidator(1), MaxValueValidator(365)]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0301_snooze_indexes")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="resolve_silent_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=_DAYS,
                verbose_name="resolve pending tickets after, days",
                help_text="A ticket that waits for the customer, and on which nobody wrote or did anything for so long,"
                " is resolved by itself. No promise counts as kept by that. Empty: never.",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="close_resolved_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=_DAYS,
                verbose_name="close resolved tickets after, days",
                help_text="After that a message opens a linked follow-up instead of reopening. Empty: never.",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["address", "last_message_at"], name="ticket_silent"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "resolved")), fields=["address", "resolved_at"], name="ticket_done_since"
            ),
        ),
    ]
