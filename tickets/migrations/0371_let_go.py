from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0370_said_once_more")]

    operations = [
        migrations.AddField(
            "approval",
            "let_go",
            models.TextField(
                "as it was let go",
                blank=True,
                db_default="",
                default="",
                help_text="Where it was not sent after all.",
            ),
        ),
    ]
