from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0371_let_go")]

    operations = [
        migrations.AddField("draft", "window", models.UUIDField("window it was written in", blank=True, null=True)),
        migrations.AddField("draft", "edit", models.BigIntegerField("its save", db_default=0, default=0)),
    ]
