from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0850_language_of_what_comes")]

    operations = [
        # Of merges of before it is not known here: what is told late of before them is told anew, as it was.
        migrations.AddField(
            model_name="ticket",
            name="merged_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="others brought to it"),
        ),
    ]
