import django.db.models.deletion
import kapture.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tickets", "0620_personal_settings"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("secret", kapture.sealing.SealedField(verbose_name="secret")),
                ("key", models.UUIDField(editable=False, unique=True, verbose_name="key")),
                ("began_at", models.DateTimeField(verbose_name="begun")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="in use since")),
                ("last_step", models.BigIntegerField(default=0, verbose_name="last code")),
                ("recovery", models.JSONField(default=list, verbose_name="recovery codes")),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="wrong codes in a row")),
                ("closed_until", models.DateTimeField(null=True, verbose_name="closed until")),
            ],
            options={
                "verbose_name": "second factor",
                "verbose_name_plural": "second factors",
                "ordering": ["person_id"],
            },
        ),
    ]
