from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built beside the traffic, without a lock that writers would wait for

    dependencies = [("tickets", "0020_posts_of_accounts")]

    operations = [
        AddIndexConcurrently(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(("private", False)),
                fields=["address", "fingerprint", "created_at"],
                name="outbox_repeats",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("ticket", None)), fields=["address", "-sent_at"], name="message_loose"
            ),
        ),
    ]
