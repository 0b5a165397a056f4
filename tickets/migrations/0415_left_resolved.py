"""What leaves a ticket resolved, and the rules that say so. Constant defaults: no row is written again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0390_indexes_of_counts")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="left_resolved",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="By a routing rule: it reopened nothing, and no answer is promised to it.",
                verbose_name="left its ticket resolved",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="leave_resolved",
            field=models.BooleanField(db_default=False, default=False, verbose_name="leave it resolved"),
        ),
    ]
