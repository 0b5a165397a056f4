"""Which tags the desk set up: those that somebody added in the admin, as far as its own record tells."""

from typing import Any

from django.db import migrations, models

ADDED = 1  # what django.contrib.admin writes of a row that was added


def note_what_was_added(apps: Any, schema_editor: Any) -> None:
    entries, tags = apps.get_model("admin", "LogEntry")._default_manager, apps.get_model("tickets", "Tag")
    added = entries.filter(action_flag=ADDED, content_type__app_label="tickets", content_type__model="tag")
    keys = {int(key) for key in added.values_list("object_id", flat=True) if key and key.isdecimal()}
    tags._default_manager.filter(pk__in=keys).update(set_up=True)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0420_late_whatever_the_steps"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.AddField(
            "tag",
            "set_up",
            models.BooleanField(
                "offered to everybody",
                default=False,
                db_default=False,
                help_text=(
                    "Otherwise it is offered to whoever may see a ticket with it: the word itself may tell something."
                ),
            ),
        ),
        migrations.RunPython(note_what_was_added, migrations.RunPython.noop, elidable=True),
    ]
