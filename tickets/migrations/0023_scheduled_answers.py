from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built beside the traffic; the column is empty and costs no rewrite

    dependencies = [("tickets", "0022_drafts_and_files")]

    operations = [
        migrations.AddField(
            model_name="outboxentry",
            name="seen",
            field=models.BigIntegerField(
                blank=True,
                editable=False,
                help_text="The latest message its writer knew of.",
                null=True,
                verbose_name="known",
            ),
        ),
        migrations.AlterField(
            model_name="outboxentry",
            name="state",
            field=models.CharField(
                choices=[
                    ("scheduled", "Scheduled"),
                    ("held", "Held"),
                    ("queued", "Queued"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("unknown", "Unknown"),
                    ("failed", "Failed"),
                ],
                default="held",
                max_length=10,
                verbose_name="state",
            ),
        ),
        AddIndexConcurrently(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["not_before"], name="outbox_scheduled"
            ),
        ),
    ]
