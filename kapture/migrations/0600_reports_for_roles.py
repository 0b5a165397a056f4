"""Supervisors, auditors and administrators see the reports. A role that is not there is not made here."""

from django.db import migrations

ROLES = ("Supervisors", "Auditors", "Administrators")


def allow(apps, schema_editor):
    """Permissions are made after all migrations; this one is made here, under its own name."""
    ticket, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="tickets", model="ticket")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=ticket,
        codename="view_reports",
        defaults={"name": "Can see the reports: figures of tickets and people"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(permission)


def forbid(apps, schema_editor):
    rights = apps.get_model("auth", "Permission").objects
    rights.filter(content_type__app_label="tickets", codename="view_reports").delete()


class Migration(migrations.Migration):
    dependencies = [("kapture", "0612_erasing"), ("tickets", "0600_report_days")]

    operations = [migrations.RunPython(allow, forbid)]
