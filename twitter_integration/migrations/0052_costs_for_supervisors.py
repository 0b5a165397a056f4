"""Supervisors see what X costs. Permissions are made after all migrations; this one is made here, under its own name."""

from django.db import migrations

CODE, NAME = "view_usage", "Can view usage"


def entitle(apps, schema_editor):
    usage, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="twitter_integration", model="usage"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=usage, codename=CODE, defaults={"name": NAME}
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Supervisors")
    group.permissions.add(permission)


def withdraw(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name="Supervisors"):
        group.permissions.remove(*group.permissions.filter(codename=CODE))


class Migration(migrations.Migration):
    dependencies = [
        ("twitter_integration", "0071_purged_accounts"),
        ("tickets", "0002_house_rules"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(entitle, withdraw)]
