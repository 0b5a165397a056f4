import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_them(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Back: as it was before, where who wrote them took them along."""
    apps.get_model("tickets", "Approval").objects.filter(writer=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0470_incident_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="approval",
            name="writer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written by",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_them),
    ]
