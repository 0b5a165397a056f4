"""What every house needs before its first message: a default queue, the roles, and an index for the bells' table."""

from django.db import migrations

AGENT = [("tickets", "view_ticket"), ("tickets", "work_ticket"), ("tickets", "send_reply"), ("tickets", "see_private")]


def lay_out(apps, schema_editor):
    Queue = apps.get_model("tickets", "Queue")
    Queue.objects.get_or_create(slug="general", defaults={"name": "General", "is_default": True})
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    names = {
        "view_ticket": "Can view ticket",
        "work_ticket": "Can work tickets: assign, change, write notes",
        "send_reply": "Can answer customers",
        "see_private": "Can read and answer private messages",
    }
    # Permissions are made after all migrations; what a role needs is made here, under the same names.
    ticket, _ = ContentType.objects.get_or_create(app_label="tickets", model="ticket")
    permissions = [
        Permission.objects.get_or_create(content_type=ticket, codename=code, defaults={"name": names[code]})[0]
        for _, code in AGENT
    ]
    for name in ("Agents", "Supervisors"):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [
        migrations.RunPython(lay_out, migrations.RunPython.noop),
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS kapture_bells_due ON django_q_ormq (key, lock)",
            "DROP INDEX IF EXISTS kapture_bells_due",
        ),
    ]
