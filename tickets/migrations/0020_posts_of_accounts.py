"""Publishing posts for an account is a right of its own: supervisors have it."""

from django.db import migrations


def let_supervisors_publish(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    # Permissions are made after all migrations; what a role needs is made here, under the same name.
    address, _ = ContentType.objects.get_or_create(app_label="tickets", model="address")
    permission, _ = Permission.objects.get_or_create(
        content_type=address, codename="publish_post", defaults={"name": "Can publish posts for an account"}
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="Supervisors"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_outbox_turns")]

    operations = [
        migrations.AlterModelOptions(
            name="address",
            options={
                "permissions": [("publish_post", "Can publish posts for an account")],
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.RunPython(let_supervisors_publish, migrations.RunPython.noop),
    ]
