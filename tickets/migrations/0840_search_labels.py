"""The labels of search queries that found anything, and the lines of the reports by them."""

import django.db.models.deletion
from django.db import migrations, models

KNOWN = """
INSERT INTO tickets_searchlabel (name)
SELECT DISTINCT unnest(labels) FROM tickets_message WHERE labels <> '{}' ON CONFLICT DO NOTHING
"""
# Where any were found, all days are added up anew in the background, the newest first.
STALE = "UPDATE tickets_reportday SET stale = TRUE WHERE NOT stale AND EXISTS (SELECT FROM tickets_searchlabel)"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0825_departed_gestures")]

    operations = [
        migrations.CreateModel(
            name="SearchLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="label")),
            ],
            options={
                "verbose_name": "label of search queries",
                "verbose_name_plural": "labels of search queries",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="reportline",
            name="search",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.searchlabel",
            ),
        ),
        migrations.AlterField(
            model_name="reportline",
            name="part",
            field=models.CharField(
                choices=[
                    ("whole", "Everything"),
                    ("queue", "Queue"),
                    ("account", "Account"),
                    ("agents", "Agent, of everything"),
                    ("tags", "Tag, of everything"),
                    ("searches", "Search query, of everything"),
                    ("place", "Queue, account and privacy"),
                    ("agent", "Agent"),
                    ("tag", "Tag"),
                    ("search", "Search query"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(STALE, "DELETE FROM tickets_reportline WHERE part IN ('search', 'searches')"),
    ]
