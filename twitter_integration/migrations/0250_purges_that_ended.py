"""Whether a purge came to its end: until now only what it had gathered to look for told that it had not."""

from django.db import migrations, models
from django.db.models import F


def note_ends(apps, schema_editor):
    accounts = apps.get_model("twitter_integration", "PartnerAccount").objects
    accounts.filter(purged_at__isnull=False, unfinished_purge=None).update(purge_ended_at=F("purged_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("twitter_integration", "0218_private_acts"),
    ]

    operations = [
        migrations.AddField(
            model_name="partneraccount",
            name="purge_ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="purge ended"),
        ),
        migrations.AddField(
            model_name="partneraccount",
            name="kept_since",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="kept since"),
        ),
        migrations.RunPython(note_ends, migrations.RunPython.noop),
    ]
