"""Accounts that were switched off before now are quiet as well: their banners go, the stop of their sending stays."""

from django.db import migrations


def take_banners_down(apps, schema_editor):
    accounts = apps.get_model("twitter_integration", "PartnerAccount").objects.filter(enabled=False)
    addresses = apps.get_model("tickets", "Address").objects.filter(pk__in=accounts.values("address_id"))
    addresses.exclude(banner="").update(banner="")


class Migration(migrations.Migration):

    dependencies = [
        ("twitter_integration", "0251_ids_of_apps"),
    ]

    operations = [migrations.RunPython(take_banners_down, migrations.RunPython.noop)]
