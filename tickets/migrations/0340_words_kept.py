"""What went back to its writer is kept as it was written; unread notices of approvals are found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0350_incidents_unmade")]

    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("event", "approval"), ("read_at__isnull", True)),
                fields=["id"],
                name="notice_to_settle",
            ),
        ),
        migrations.AlterField(
            model_name="approval",
            name="written",
            field=models.TextField(
                blank=True, help_text="Where it was changed, or went back.", verbose_name="as it was written"
            ),
        ),
    ]
