"""Administrators and auditors read the audit of the configuration. Permissions are made after all migrations; this one
is made here, under its own name."""

from django.db import migrations

ROLES = ("Administrators", "Auditors")


def allow(apps, schema_editor):
    entry, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="auditlog", model="logentry")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=entry, codename="view_logentry", defaults={"name": "Can view log entry"}
    )
    for name in ROLES:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("kapture", "0040_api_callers"),
        ("auditlog", "0017_add_actor_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
