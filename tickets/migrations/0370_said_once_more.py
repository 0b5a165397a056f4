from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0340_words_kept")]

    operations = [
        migrations.AddField(
            "statementpart",
            "repeats",
            models.BooleanField("the same words once more", db_default=False, default=False),
        ),
    ]
