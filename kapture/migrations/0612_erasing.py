"""Administrators erase customers. Permissions are made after all migrations; this one is made here, under its own name."""

from django.db import migrations


def allow(apps, schema_editor):
    customer, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="tickets", model="customer"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=customer,
        codename="erase_customer",
        defaults={"name": "Can erase a customer: words, files and who they are, for good"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="Administrators"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("kapture", "0290_roles"), ("tickets", "0612_erase_customer")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
